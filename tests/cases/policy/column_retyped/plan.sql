DROP POLICY notes_own ON public.notes;

-- rewrites_table: `notes.kind`: text becomes character varying(20)
-- may_fail: values that do not fit: `notes.kind`: text becomes character varying(20)
ALTER TABLE public.notes ALTER COLUMN kind TYPE character varying(20);

-- weakens_access: `notes_own` lets rows of `notes` through
CREATE POLICY notes_own ON public.notes USING (((kind)::text = 'a'::text) AND (tenant_id = tenant()));
