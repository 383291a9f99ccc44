DROP VIEW public.titles;

-- breaks_code: columns of `open_notes` may go or change
DROP VIEW public.open_notes;

CREATE VIEW public.open_notes AS
SELECT title
   FROM notes
  WHERE (NOT done);

CREATE VIEW public.titles AS
SELECT title FROM open_notes;

COMMENT ON COLUMN public.titles.title IS 'It too';
COMMENT ON VIEW public.titles IS 'Comes back';
