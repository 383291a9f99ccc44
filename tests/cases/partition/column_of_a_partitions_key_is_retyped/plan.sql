ALTER TABLE public.ledger_2 DETACH PARTITION public.ledger_21;
DROP TABLE public.ledger_2;

-- rewrites_table: `ledger.part`: integer becomes bigint
ALTER TABLE public.ledger ALTER COLUMN part TYPE bigint;

CREATE TABLE public.ledger_2 PARTITION OF public.ledger FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (part);

-- rewrites_table: `ledger_21.part`: integer becomes bigint
ALTER TABLE public.ledger_21 ALTER COLUMN part TYPE bigint;

-- blocks_reads: every row of `ledger_21` is read
-- may_fail: rows of `ledger_21` that do not belong there
ALTER TABLE public.ledger_2 ATTACH PARTITION public.ledger_21 FOR VALUES FROM (0) TO (10);
