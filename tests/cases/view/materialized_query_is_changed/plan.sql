-- rewrites_table: the rows of `titles` are computed again
DROP MATERIALIZED VIEW public.titles;

CREATE MATERIALIZED VIEW public.titles AS
SELECT (title || '.'::text) AS title
   FROM notes;

-- blocks_writes: `titles_lower_idx` is built
-- builds_index: `titles_lower_idx` on `titles`
CREATE INDEX titles_lower_idx ON public.titles ((lower( title )));
