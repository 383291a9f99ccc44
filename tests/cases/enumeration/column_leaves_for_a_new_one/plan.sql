CREATE TYPE "public"."stage" AS ENUM ('new', 'open');
ALTER TYPE public.state RENAME TO state__old;
CREATE TYPE "public"."state" AS ENUM ('new', 'open');
ALTER TABLE public.notes ALTER COLUMN state DROP DEFAULT;

-- rewrites_table: `notes`
-- may_fail: rows of `notes` that hold closed
ALTER TABLE public.notes ALTER COLUMN state TYPE stage USING state::text::stage;

ALTER TABLE public.notes ALTER COLUMN state SET DEFAULT 'open';

-- rewrites_table: `notes`
-- may_fail: rows of `notes` that hold closed
ALTER TABLE public.notes ALTER COLUMN former TYPE public.state USING former::text::public.state;

DROP TYPE public.state__old;
