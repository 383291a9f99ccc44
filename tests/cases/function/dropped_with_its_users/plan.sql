-- deletes_data: every row of `pages`
-- breaks_code: code that names `pages`
DROP TABLE public.pages;

-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);
