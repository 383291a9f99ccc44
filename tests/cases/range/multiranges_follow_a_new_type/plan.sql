-- breaks_code: calls of `first_span`
DROP FUNCTION public.first_span(span_multirange);

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE text USING a::text;

ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN b TYPE text USING b::text;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN c TYPE text[] USING c::text[];

DROP TYPE public.span;
CREATE TYPE public.span AS RANGE (subtype = bigint, multirange_type_name = public.spans);

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN a TYPE span USING a::span;

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN b TYPE spans USING b::spans;

ALTER TABLE public.t ALTER COLUMN b SET DEFAULT '{}';

-- rewrites_table: `t`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.t ALTER COLUMN c TYPE spans[] USING c::spans[];

CREATE FUNCTION public.first_span(of spans)
RETURNS bigint
LANGUAGE sql
AS $$SELECT lower(of)$$;
