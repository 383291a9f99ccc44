ALTER TABLE public.m DETACH PARTITION public.m_1;
DROP TABLE public.m;

CREATE TABLE public.m (
    id integer CONSTRAINT m_id_not_null NOT NULL,
    a integer CONSTRAINT m_a_not_null NOT NULL
) PARTITION BY LIST (id);

-- blocks_reads: every row of `m_1` is read
-- may_fail: rows of `m_1` that do not belong there
ALTER TABLE public.m ATTACH PARTITION public.m_1 FOR VALUES IN (1);
