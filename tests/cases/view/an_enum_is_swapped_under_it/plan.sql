DROP VIEW public.good_ones;
ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE "public"."mood" AS ENUM ('good', 'bad');

-- rewrites_table: `people`
-- may_fail: rows of `people` that hold worse
ALTER TABLE public.people ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.mood__old;

CREATE VIEW public.good_ones AS
SELECT mood
   FROM people
  WHERE (mood = 'good'::mood);
