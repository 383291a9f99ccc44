-- file 1 of 3: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.notes_open;

-- file 2 of 3: one transaction

DROP VIEW public.all_notes;

-- rewrites_table: `notes.open`: boolean becomes integer
-- may_fail: values that do not fit: `notes.open`: boolean becomes integer
ALTER TABLE public.notes ALTER COLUMN open TYPE integer USING open::integer;

CREATE VIEW public.all_notes AS
SELECT id, open FROM notes;

-- file 3 of 3: no transaction

-- builds_index: `notes_open` on `notes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_open ON public.notes (id) WHERE (open > 0);
