ALTER TYPE public.b RENAME TO b__old;

-- may_fail: values that do not fit: `b` in `t`: integer becomes numeric
CREATE DOMAIN public.b AS numeric CONSTRAINT b_check CHECK (VALUE > (0)::numeric);

ALTER TYPE public.d RENAME TO d__old;

-- may_fail: values that do not fit: `d` in `t`: b becomes b
CREATE DOMAIN public.d AS b;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE d[] USING a::text::d[];

DROP TYPE public.d__old;
DROP TYPE public.b__old;
