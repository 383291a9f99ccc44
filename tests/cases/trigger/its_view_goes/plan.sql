-- breaks_code: queries of `open_notes`
DROP VIEW public.open_notes;
