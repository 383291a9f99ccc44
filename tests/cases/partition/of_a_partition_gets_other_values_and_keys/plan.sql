DROP INDEX public.m_id_idx;
ALTER TABLE public.m1 DETACH PARTITION public.m1a;
ALTER TABLE public.m1a DROP CONSTRAINT IF EXISTS m1a_pkey;
DROP INDEX IF EXISTS public.m1a_id_idx;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.m DROP CONSTRAINT m_pkey;

-- deletes_data: every row of `m1d`; if something else makes partitions of `m1`, say `partitions = "unmanaged"` there
-- breaks_code: code that names `m1d`
DROP TABLE public.m1d;

ALTER TABLE public.m ALTER COLUMN id DROP NOT NULL;

-- rewrites_table: `m.id`: integer becomes bigint
ALTER TABLE public.m ALTER COLUMN id TYPE bigint;

ALTER TABLE public.m ALTER COLUMN at DROP NOT NULL;
ALTER TABLE public.m ADD COLUMN k integer DEFAULT 0;
ALTER TABLE public.m1 ALTER COLUMN id DROP NOT NULL;
ALTER TABLE public.m1 ALTER COLUMN at DROP NOT NULL;

-- blocks_reads: every row of the default partition `m1d` is read
-- may_fail: rows in `m1d` that would belong there
CREATE TABLE public.m1b PARTITION OF public.m1 FOR VALUES IN ('b', null);

ALTER TABLE public.m1a ALTER COLUMN id DROP NOT NULL;

-- rewrites_table: `m1a.id`: integer becomes bigint
ALTER TABLE public.m1a ALTER COLUMN id TYPE bigint;

ALTER TABLE public.m1a ALTER COLUMN at DROP NOT NULL;
ALTER TABLE public.m1a ADD COLUMN k integer DEFAULT 0;

-- blocks_reads: `m_id_at_r_key` is built
-- builds_index: `m_id_at_r_key` on `m`
-- may_fail: rows with equal values
ALTER TABLE public.m ADD CONSTRAINT m_id_at_r_key UNIQUE (id, at, r);

-- blocks_reads: every row of `m1a` is read
-- may_fail: rows of `m1a` that do not belong there
-- blocks_reads: every row of the default partition `m1d` is read
-- may_fail: rows in `m1d` that would belong there
ALTER TABLE public.m1 ATTACH PARTITION public.m1a FOR VALUES IN ('a');

-- blocks_writes: `m_id_k_idx` is built
-- builds_index: `m_id_k_idx` on `m`
CREATE INDEX m_id_k_idx ON public.m (id, k);
