ALTER TABLE public.notes ALTER COLUMN size SET DEFAULT 1;
ALTER TABLE public.notes ALTER COLUMN code DROP DEFAULT;

-- breaks_code: calls of `code`
DROP FUNCTION public.code(text);

CREATE FUNCTION public.code()
RETURNS text
LANGUAGE sql
AS $$SELECT 'a'$$;

ALTER TABLE public.notes ALTER COLUMN code SET DEFAULT code();
