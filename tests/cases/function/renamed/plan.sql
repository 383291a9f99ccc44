-- breaks_code: `is_slug` is called `is_url_part`
ALTER FUNCTION public.is_slug(text) RENAME TO is_url_part;
