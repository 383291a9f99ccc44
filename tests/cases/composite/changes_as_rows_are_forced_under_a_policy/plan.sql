DROP VIEW public.v;
DROP POLICY p ON public.ev;
ALTER TYPE public.kind RENAME TO kind__old;
CREATE TYPE public.kind AS (a bigint, b text);

-- rewrites_table: `ev`
ALTER TABLE public.ev ALTER COLUMN k TYPE public.kind USING CASE WHEN k IS DISTINCT FROM NULL THEN ROW((k).a::bigint, (k).b::text)::public.kind END;

DROP TYPE public.kind__old;
CREATE POLICY p ON public.ev USING ((k).a = 1);
ALTER TABLE public.ev FORCE ROW LEVEL SECURITY;
DROP POLICY p ON public.ev2;
ALTER TYPE public.d RENAME TO d__old;
CREATE DOMAIN public.d AS bigint;

-- rewrites_table: `ev2`
ALTER TABLE public.ev2 ALTER COLUMN k TYPE public.d USING k::text::public.d;

DROP TYPE public.d__old;

CREATE VIEW public.v AS
SELECT k
   FROM ev2;

-- weakens_access: `p` lets rows of `ev2` through
CREATE POLICY p ON public.ev2 USING ((k)::bigint = 1);

ALTER TABLE public.ev2 FORCE ROW LEVEL SECURITY;
