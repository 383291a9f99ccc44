ALTER TABLE public.wordings DROP CONSTRAINT g_not;
ALTER TABLE public.wordings ALTER COLUMN price SET DEFAULT (0)::numeric;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `g_not`
ALTER TABLE public.wordings ADD CONSTRAINT g_not CHECK ((n IS NOT NULL) AND (n <> ALL (ARRAY[(3)::bigint, (4)::bigint])) AND (status IS DISTINCT FROM 'x'::text));
