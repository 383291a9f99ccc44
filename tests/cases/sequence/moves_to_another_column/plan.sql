ALTER SEQUENCE public.numbers OWNED BY public.notes.other;
