CREATE TABLE public.notes (
    id integer
);

CREATE FUNCTION public.any_note()
RETURNS boolean
LANGUAGE sql
BEGIN ATOMIC
 SELECT EXISTS (SELECT FROM notes);
END;

CREATE POLICY notes_insert ON public.notes FOR INSERT WITH CHECK (any_note());
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
