-- breaks_code: columns of `open_notes` may go or change
DROP VIEW public.open_notes;

CREATE MATERIALIZED VIEW public.open_notes AS
SELECT id,
    title
   FROM notes
  WHERE (NOT done);
