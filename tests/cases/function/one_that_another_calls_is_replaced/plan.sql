-- breaks_code: calls of `b_word`
DROP FUNCTION public.b_word(text);

CREATE FUNCTION public.b_word(word text)
RETURNS boolean
LANGUAGE sql
AS $$SELECT word <> ''$$;
