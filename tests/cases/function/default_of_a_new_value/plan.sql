-- breaks_code: calls of `f`
DROP FUNCTION public.f(e);

ALTER TYPE public.e RENAME TO e__old;
CREATE TYPE "public"."e" AS ENUM ('a', 'b');
DROP TYPE public.e__old;

CREATE FUNCTION public.f(x e DEFAULT 'a')
RETURNS e
LANGUAGE sql
AS $$select x$$;
