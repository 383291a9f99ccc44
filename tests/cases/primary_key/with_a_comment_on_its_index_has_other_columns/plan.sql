-- builds_index: `t_pkey` on `t`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_pkey__new ON public.t (a, id);

-- breaks_code: ON CONFLICT that names the key as it was
ALTER TABLE public.t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey__new;

COMMENT ON CONSTRAINT t_pkey ON public.t IS 'the key';
COMMENT ON INDEX public.t_pkey IS 'finds by number';
