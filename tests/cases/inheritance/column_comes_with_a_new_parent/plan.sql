-- breaks_code: rows of `letters` are found in `things` too
ALTER TABLE public.letters INHERIT public.things;

ALTER TABLE public.things ADD COLUMN said text;
ALTER TABLE public.books ADD COLUMN said text DEFAULT NULL;

-- breaks_code: rows of `books` are found in `things` too
ALTER TABLE public.books INHERIT public.things;

ALTER TABLE public.top ADD COLUMN at timestamp with time zone DEFAULT now() NOT NULL;
ALTER TABLE public.things ADD COLUMN name text DEFAULT 'thing';
ALTER TABLE public.books ALTER COLUMN name SET DEFAULT 'book';
