ALTER TABLE public.notes ALTER COLUMN code DROP DEFAULT;

-- breaks_code: calls of `code`
DROP FUNCTION public.code();

CREATE FUNCTION public.code(prefix text DEFAULT 'x')
RETURNS text
LANGUAGE sql
AS $$SELECT prefix || 'a'$$;

ALTER TABLE public.notes ALTER COLUMN code SET DEFAULT code('y');
