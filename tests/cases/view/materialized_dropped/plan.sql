-- breaks_code: queries of `titles`
DROP MATERIALIZED VIEW public.titles;
