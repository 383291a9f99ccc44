-- breaks_code: `is_slug` is called `is_url_part`
ALTER FUNCTION public.is_slug(text) RENAME TO is_url_part;

CREATE OR REPLACE FUNCTION public.is_url_part(slug text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT slug ~ '^[a-z]+$'$$;
