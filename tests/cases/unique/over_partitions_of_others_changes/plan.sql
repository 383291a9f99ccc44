-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.logs DROP CONSTRAINT logs_key;

-- blocks_reads: `logs_key` is built
-- builds_index: `logs_key` on `logs`
-- may_fail: rows with equal values
ALTER TABLE public.logs ADD CONSTRAINT logs_key UNIQUE (kind, id) INCLUDE (text);

COMMENT ON CONSTRAINT logs_key ON public.logs IS 'One of a kind';
COMMENT ON INDEX public.logs_key IS 'Sorted';
