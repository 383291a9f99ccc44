-- file 1 of 3: no transaction

DROP INDEX CONCURRENTLY IF EXISTS public.t_odd_idx;

-- file 2 of 3: one transaction

ALTER TABLE public.t DROP CONSTRAINT t_check;

-- rewrites_table: `t.starts`: time with time zone becomes time without time zone
-- may_fail: values that do not fit: `t.starts`: time with time zone becomes time without time zone
-- deletes_data: values are cut: `t.starts`: time with time zone becomes time without time zone
ALTER TABLE public.t ALTER COLUMN starts TYPE time without time zone;

-- rewrites_table: `t.ends`: time with time zone becomes time without time zone
-- may_fail: values that do not fit: `t.ends`: time with time zone becomes time without time zone
-- deletes_data: values are cut: `t.ends`: time with time zone becomes time without time zone
ALTER TABLE public.t ALTER COLUMN ends TYPE time without time zone;

ALTER TABLE public.t ADD CONSTRAINT t_check CHECK (starts <> ends) NOT VALID;

-- file 3 of 3: no transaction

-- may_fail: rows that do not satisfy `t_check`
ALTER TABLE public.t VALIDATE CONSTRAINT t_check;

-- builds_index: `t_odd_idx` on `t`
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_odd_idx ON public.t (starts) WHERE (starts > ends);
