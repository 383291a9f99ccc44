DROP VIEW public.v;
DROP POLICY p ON public.ev;
ALTER TYPE public.kind RENAME TO kind__old;
CREATE TYPE "public"."kind" AS ENUM ('b');

-- rewrites_table: `ev`
-- may_fail: rows of `ev` that hold a
ALTER TABLE public.ev ALTER COLUMN k TYPE public.kind USING k::text::public.kind;

DROP TYPE public.kind__old;

CREATE VIEW public.v AS
SELECT k
   FROM ev;

CREATE POLICY p ON public.ev USING (k = 'b'::kind);
ALTER TABLE public.ev FORCE ROW LEVEL SECURITY;
