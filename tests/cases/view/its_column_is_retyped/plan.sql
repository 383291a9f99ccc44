-- rewrites_table: the rows of `cached` are computed again
DROP MATERIALIZED VIEW public.cached;

DROP VIEW public.ids;

-- breaks_code: calls of `first_note`
DROP FUNCTION public.first_note();

DROP VIEW public.open_notes;

-- rewrites_table: `notes.id`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN id TYPE bigint;

CREATE VIEW public.open_notes WITH (security_invoker = true) AS
SELECT id, title FROM notes;

COMMENT ON VIEW public.open_notes IS 'All of them';

CREATE FUNCTION public.first_note()
RETURNS SETOF open_notes
LANGUAGE sql
AS $$SELECT * FROM open_notes LIMIT 1$$;

CREATE VIEW public.ids AS
SELECT id
   FROM open_notes;

CREATE MATERIALIZED VIEW public.cached AS
select id, title from notes;

COMMENT ON MATERIALIZED VIEW public.cached IS 'Kept';

-- blocks_writes: `cached_id_idx` is built
-- builds_index: `cached_id_idx` on `cached`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX cached_id_idx ON public.cached (id);

COMMENT ON INDEX public.cached_id_idx IS 'Once';
