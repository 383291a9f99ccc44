-- breaks_code: columns of `all_sizes` may go or change
DROP VIEW public.all_sizes;

-- rewrites_table: the rows of `sizes` are computed again
DROP MATERIALIZED VIEW public.sizes;

-- rewrites_table: `notes.size`: integer becomes text
ALTER TABLE public.notes ALTER COLUMN size TYPE text;

CREATE MATERIALIZED VIEW public.sizes AS
SELECT id, size FROM notes;

CREATE VIEW public.all_sizes AS
SELECT id, size FROM sizes;
