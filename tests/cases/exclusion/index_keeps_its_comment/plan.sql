ALTER TABLE public.t DROP CONSTRAINT t_once;

-- blocks_reads: `t_once` is built
-- builds_index: `t_once` on `t`
-- may_fail: rows that exclude each other
ALTER TABLE public.t ADD CONSTRAINT t_once EXCLUDE USING gist (during WITH &&) WHERE ((a > 0));

COMMENT ON INDEX public.t_once IS 'no two at once';
