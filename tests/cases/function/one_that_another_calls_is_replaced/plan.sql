-- breaks_code: calls of `a_word`
DROP FUNCTION public.a_word(text);

-- breaks_code: calls of `b_word`
DROP FUNCTION public.b_word(text);

CREATE FUNCTION public.b_word(word text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT word <> ''$$;

CREATE FUNCTION public.a_word(slug text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT b_word(slug)$$;
