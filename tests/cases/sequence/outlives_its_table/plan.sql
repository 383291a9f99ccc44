ALTER SEQUENCE public.numbers OWNED BY NONE;

-- deletes_data: every row of `notes`
DROP TABLE public.notes;
