CREATE FUNCTION public.b_word(slug text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT slug <> ''$$;

CREATE FUNCTION public.a_word(slug text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT b_word(slug)$$;
