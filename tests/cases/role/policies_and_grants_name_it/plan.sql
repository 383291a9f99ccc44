CREATE TABLE public.notes (
    id integer
);

CREATE POLICY notes_read ON public.notes TO case_group USING (id > 1);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.notes TO case_group;
