ALTER DOMAIN public.positive SET DEFAULT 1;

-- may_fail: values that are NULL
ALTER DOMAIN public.positive SET NOT NULL;

ALTER TABLE public.t ALTER COLUMN amount DROP DEFAULT;

-- breaks_code: calls of `twice`
DROP FUNCTION public.twice(positive);
