ALTER MATERIALIZED VIEW public.titles SET (autovacuum_enabled = false);
ALTER MATERIALIZED VIEW public.titles RESET (fillfactor);
