ALTER TABLE public.parent ALTER COLUMN b DROP NOT NULL;

-- blocks_reads: every row of `child` is read
-- may_fail: rows where `a` is NULL
-- breaks_code: code that writes no `a`
ALTER TABLE public.child ADD CONSTRAINT child_needs_a NOT NULL a;
