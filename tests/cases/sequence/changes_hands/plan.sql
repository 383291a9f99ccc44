ALTER SEQUENCE public.numbers OWNED BY NONE;
ALTER SEQUENCE public.numbers OWNED BY public.others.id;
