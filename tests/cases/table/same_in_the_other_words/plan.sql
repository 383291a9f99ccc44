-- file 1 of 2: one transaction

ALTER TABLE public.wordings DROP CONSTRAINT g_not;
ALTER TABLE public.wordings ALTER COLUMN price SET DEFAULT 0;
ALTER TABLE public.wordings ADD CONSTRAINT g_not CHECK ((NOT (n IS NULL)) AND (n <> ALL (ARRAY[(3)::bigint, (4)::bigint])) AND (status IS DISTINCT FROM 'x'::text)) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `g_not`
ALTER TABLE public.wordings VALIDATE CONSTRAINT g_not;
