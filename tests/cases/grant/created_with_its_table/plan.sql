CREATE TABLE public.notes (
    id integer,
    title text,
    body text
);

ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO case_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO case_reader;
