-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE text USING a::text;

DROP TYPE public.span;
CREATE TYPE public.span AS RANGE (subtype = bigint, multirange_type_name = public.many_spans);

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN a TYPE span USING a::span;
