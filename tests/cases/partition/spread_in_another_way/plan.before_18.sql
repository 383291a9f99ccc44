ALTER TABLE public.m DETACH PARTITION public.m_1;

-- deletes_data: every row of `m`: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.m;

CREATE TABLE public.m (
    id integer NOT NULL,
    a integer NOT NULL
) PARTITION BY LIST (id);

-- blocks_reads: every row of `m_1` is read
-- may_fail: rows of `m_1` that do not belong there
ALTER TABLE public.m ATTACH PARTITION public.m_1 FOR VALUES IN (1);
