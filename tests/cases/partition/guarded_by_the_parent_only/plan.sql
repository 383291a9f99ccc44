-- weakens_access: policies of `notes` do not bind who queries its partition `notes_a` directly, which is not closed as it is
CREATE TABLE public.notes_a PARTITION OF public.notes FOR VALUES IN ('a');

CREATE TABLE public.notes_b PARTITION OF public.notes FOR VALUES IN ('b');
CREATE POLICY notes_b_own ON public.notes_b USING (region = 'b');
ALTER TABLE public.notes_b ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
