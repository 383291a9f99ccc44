ALTER TABLE public.w ALTER COLUMN x DROP DEFAULT;

-- breaks_code: calls of `named`
DROP FUNCTION public.named();

ALTER TABLE public.u ALTER COLUMN x DROP DEFAULT;

-- breaks_code: calls of `top`
DROP FUNCTION public.top();

DROP VIEW public.seen;

CREATE FUNCTION public.named()
RETURNS uuid
LANGUAGE sql
RETURN gen_random_uuid();

-- rewrites_table: `t.id`: integer becomes bigint
ALTER TABLE public.t ALTER COLUMN id TYPE bigint;

ALTER TABLE public.w ALTER COLUMN x DROP DEFAULT;

-- rewrites_table: `w.x`: text becomes uuid
-- may_fail: values that do not fit: `w.x`: text becomes uuid
ALTER TABLE public.w ALTER COLUMN x TYPE uuid USING x::uuid;

ALTER TABLE public.w ALTER COLUMN x SET DEFAULT named();

CREATE VIEW public.seen AS
SELECT id
   FROM t;

CREATE FUNCTION public.top()
RETURNS bigint
LANGUAGE sql
BEGIN ATOMIC
 SELECT max(seen.id) AS max
    FROM seen;
END;

ALTER TABLE public.u ALTER COLUMN x DROP DEFAULT;

-- rewrites_table: `u.x`: integer becomes bigint
ALTER TABLE public.u ALTER COLUMN x TYPE bigint;

ALTER TABLE public.u ALTER COLUMN x SET DEFAULT top();
