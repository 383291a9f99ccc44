-- breaks_code: `open_notes` may give other rows than before
CREATE OR REPLACE VIEW public.open_notes AS
SELECT id,
    title,
    size
   FROM notes
  WHERE (NOT done);
