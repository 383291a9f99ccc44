ALTER TABLE public.notes DETACH PARTITION public.notes_1;
ALTER TABLE public.notes DETACH PARTITION public.notes_2;
DROP TABLE public.notes;

CREATE TABLE public.notes (
    id bigint CONSTRAINT notes_id_not_null NOT NULL,
    part integer
) PARTITION BY RANGE (id);

-- rewrites_table: `notes_1.id`: integer becomes bigint
ALTER TABLE public.notes_1 ALTER COLUMN id TYPE bigint;

-- rewrites_table: `notes_2.id`: integer becomes bigint
ALTER TABLE public.notes_2 ALTER COLUMN id TYPE bigint;

-- blocks_reads: every row of `notes_1` is read
-- may_fail: rows of `notes_1` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_1 FOR VALUES FROM (0) TO (10);

-- blocks_reads: every row of `notes_2` is read
-- may_fail: rows of `notes_2` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_2 FOR VALUES FROM (10) TO (20);
