-- breaks_code: columns of `v` may go or change
DROP VIEW public.v;

ALTER TABLE public.c NO INHERIT public.b;

-- rewrites_table: `a.x`: integer becomes bigint
ALTER TABLE public.a ALTER COLUMN x TYPE bigint;

ALTER TABLE public.a ALTER COLUMN y SET DEFAULT 2;
ALTER TABLE public.a ADD COLUMN q integer;

-- rewrites_table: `b.x`: integer becomes bigint
ALTER TABLE public.b ALTER COLUMN x TYPE bigint;

-- blocks_reads: every row of `b` is read
-- may_fail: rows where `z` is NULL
-- breaks_code: code that writes no `z`
ALTER TABLE public.b ALTER COLUMN z SET NOT NULL;

-- rewrites_table: `top.t`: integer becomes bigint
ALTER TABLE public.top ALTER COLUMN t TYPE bigint;

-- blocks_reads: every row of `c` is read
-- may_fail: rows where `z` is NULL
-- breaks_code: code that writes no `z`
ALTER TABLE public.c ALTER COLUMN z SET NOT NULL;

ALTER TABLE public.c INHERIT public.b;

CREATE VIEW public.v AS
select x, w, q from c;
