-- breaks_code: `notes.kept` holds what `short` gave before, until its rows are written again
-- breaks_code: rows of `notes` were checked by what `short` gave before, and are not again
-- breaks_code: `notes_short` holds what `short` gave before, until `REINDEX INDEX CONCURRENTLY public.notes_short`
-- breaks_code: `notes_some` holds what `short` gave before, until `REINDEX INDEX CONCURRENTLY public.notes_some`
-- breaks_code: `all_notes` shows what `short` gave before, until `REFRESH MATERIALIZED VIEW public.all_notes`
CREATE OR REPLACE FUNCTION public.short(title text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$SELECT upper(title)$$;
