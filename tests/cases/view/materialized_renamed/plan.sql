-- breaks_code: `titles` is called `names`
ALTER MATERIALIZED VIEW public.titles RENAME TO names;
