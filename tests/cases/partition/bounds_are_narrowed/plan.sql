ALTER TABLE public.p DETACH PARTITION public.p1;

-- blocks_reads: every row of `p1` is read
-- may_fail: rows of `p1` that do not belong there
ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES FROM (0) TO (10);
