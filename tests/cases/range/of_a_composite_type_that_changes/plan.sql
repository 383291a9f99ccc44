ALTER TYPE public.version RENAME TO version__old;
CREATE TYPE public.version AS (major integer, minor bigint);

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE text USING a::text;

DROP TYPE public.versions;
CREATE TYPE public.versions AS RANGE (subtype = version);

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN a TYPE versions USING a::versions;

DROP TYPE public.version__old;
