ALTER TABLE public.notes_2 DETACH PARTITION public.notes_21;

-- deletes_data: every row of `notes_2`; if something else makes partitions of `notes`, say `partitions = "unmanaged"` there: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.notes_2;

-- rewrites_table: `notes.part`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN part TYPE bigint;

CREATE TABLE public.notes_2 PARTITION OF public.notes FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (part);

-- rewrites_table: `notes_21.part`: integer becomes bigint
ALTER TABLE public.notes_21 ALTER COLUMN part TYPE bigint;

-- blocks_reads: every row of `notes_21` is read
-- may_fail: rows of `notes_21` that do not belong there
ALTER TABLE public.notes_2 ATTACH PARTITION public.notes_21 FOR VALUES FROM (0) TO (10);
