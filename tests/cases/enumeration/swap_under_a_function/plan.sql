ALTER TABLE public.notes ALTER COLUMN mood DROP DEFAULT;

-- breaks_code: calls of `usual`
DROP FUNCTION public.usual();

ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE "public"."mood" AS ENUM ('good', 'bad');

-- rewrites_table: `notes`
ALTER TABLE public.notes ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.mood__old;

CREATE FUNCTION public.usual()
RETURNS mood
LANGUAGE sql
AS $$SELECT 'good'::mood$$;

ALTER TABLE public.notes ALTER COLUMN mood SET DEFAULT usual();
