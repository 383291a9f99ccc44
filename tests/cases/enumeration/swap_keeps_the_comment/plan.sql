ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE "public"."mood" AS ENUM ('good');

-- rewrites_table: `notes`
-- may_fail: rows of `notes` that hold bad
ALTER TABLE public.notes ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.mood__old;
COMMENT ON TYPE public.mood IS 'how it feels';
