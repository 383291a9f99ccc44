ALTER TABLE public.m DETACH PARTITION public.m1;

-- deletes_data: every value of `m1.u`
-- breaks_code: code that names `m1.u`
ALTER TABLE public.m1 DROP COLUMN u;

-- weakens_access: `p` on `m` may let more rows through
ALTER POLICY p ON public.m USING (t = 1);

-- deletes_data: every value of `m.u`
-- breaks_code: code that names `m.u`
ALTER TABLE public.m DROP COLUMN u;

-- blocks_reads: every row of `m1` is read
-- may_fail: rows of `m1` that do not belong there
ALTER TABLE public.m ATTACH PARTITION public.m1 FOR VALUES IN (1);
