ALTER DOMAIN public.rank DROP DEFAULT;
ALTER DOMAIN public.rank DROP CONSTRAINT rank_least;

-- breaks_code: calls of `least_rank`
DROP FUNCTION public.least_rank();

CREATE FUNCTION public.least_rank()
RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$SELECT 1::bigint$$;

ALTER DOMAIN public.rank SET DEFAULT least_rank();

-- may_fail: values that do not satisfy `rank_least`
ALTER DOMAIN public.rank ADD CONSTRAINT rank_least CHECK (VALUE >= least_rank());

COMMENT ON CONSTRAINT rank_least ON DOMAIN public.rank IS 'not below';
