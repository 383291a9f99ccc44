-- file 1 of 2: one transaction

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION public.likeness(text, text)
RETURNS real
LANGUAGE sql IMMUTABLE
AS $$SELECT public.similarity($1, $2)$$;

CREATE TABLE public.tags (
    title text DEFAULT public.show_limit()::text
);

ALTER TABLE public.notes ADD CONSTRAINT notes_title CHECK (public.similarity(title, 'a') >= 0) NOT VALID;

CREATE VIEW public.likely AS
SELECT public.similarity(title, 'x') AS likeness FROM notes;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `notes_title`
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_title;
