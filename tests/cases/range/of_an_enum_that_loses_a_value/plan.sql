ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE "public"."mood" AS ENUM ('good', 'bad');

-- rewrites_table: `t`
-- may_fail: rows of `t` that hold fair
ALTER TABLE public.t ALTER COLUMN b TYPE public.mood USING b::text::public.mood;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE text USING a::text;

DROP TYPE public.moods;
CREATE TYPE public.moods AS RANGE (subtype = mood);

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN a TYPE moods USING a::moods;

DROP TYPE public.mood__old;
