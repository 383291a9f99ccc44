-- weakens_access: policies that call `is_slug` let through what it says now
-- breaks_code: `pages.shown` holds what `is_slug` gave before, until its rows are written again
-- breaks_code: rows of `pages` were checked by what `is_slug` gave before, and are not again
-- breaks_code: `pages_good_idx` holds what `is_slug` gave before, until `REINDEX INDEX CONCURRENTLY public.pages_good_idx`
-- breaks_code: `pages_slug_idx` holds what `is_slug` gave before, until `REINDEX INDEX CONCURRENTLY public.pages_slug_idx`
CREATE OR REPLACE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT slug ~ '^[a-z]+$'$$;
