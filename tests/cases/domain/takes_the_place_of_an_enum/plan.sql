-- file 1 of 4: one transaction

-- breaks_code: `status` is called `status_old1`
ALTER TYPE public.status RENAME TO status_old1;

-- breaks_code: `addr` is called `addr_old1`
ALTER TYPE public.addr RENAME TO addr_old1;

-- breaks_code: calls of `f`
DROP FUNCTION public.f(status_old1);

CREATE DOMAIN public.status AS text CONSTRAINT status_check CHECK (VALUE = ANY (ARRAY['a'::text, 'b'::text]));

CREATE FUNCTION public.f(s status)
RETURNS integer
LANGUAGE sql
AS $$ SELECT 1 $$;

CREATE TABLE public.addr (
    street text,
    zip text
);

-- rewrites_table: `p.a`: addr_old1 becomes addr
-- may_fail: values that do not fit: `p.a`: addr_old1 becomes addr
ALTER TABLE public.p ALTER COLUMN a TYPE addr USING a::text::addr;

DROP TYPE public.addr_old1;

-- rewrites_table: `t.ss`: status_old1[] becomes status[]
-- may_fail: values that do not fit: `t.ss`: status_old1[] becomes status[]
ALTER TABLE public.t ALTER COLUMN ss TYPE status[] USING ss::text[]::status[];

-- file 2 of 4: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.t_s_idx;

-- file 3 of 4: one transaction

-- breaks_code: columns of `v` may go or change
DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN s DROP DEFAULT;

-- rewrites_table: `t.s`: status_old1 becomes status
-- may_fail: values that do not fit: `t.s`: status_old1 becomes status
ALTER TABLE public.t ALTER COLUMN s TYPE status USING s::text::status;

ALTER TABLE public.t ALTER COLUMN s SET DEFAULT 'a'::text;
DROP TYPE "public"."status_old1";

CREATE VIEW public.v AS
SELECT s,
    ((s)::text = 'a'::text) AS "is"
   FROM t;

-- file 4 of 4: no transaction

-- builds_index: `t_s_idx` on `t`
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_s_idx ON public.t (s) WHERE ((s)::text = 'a'::text);
