ALTER SEQUENCE public.numbers OWNED BY NONE;

-- deletes_data: every row of `notes`
-- breaks_code: code that names `notes`
DROP TABLE public.notes;
