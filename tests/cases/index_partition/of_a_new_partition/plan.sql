ALTER TABLE public.notes ADD COLUMN size integer;
CREATE TABLE public.notes_1 PARTITION OF public.notes FOR VALUES FROM (1) TO (10);

-- blocks_writes: `notes_kind_small` is built
-- builds_index: `notes_kind_small` on `notes`
CREATE INDEX notes_kind_small ON public.notes (kind) WITH (fillfactor = 70);

-- blocks_writes: `notes_size` is built
-- builds_index: `notes_size` on `notes`
CREATE INDEX notes_size ON public.notes (size);

ALTER INDEX public.notes_1_size_idx RENAME TO sizes;

DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.notes_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.notes_kind_small'::regclass;
    IF part <> 'small' THEN
        EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'small');
    END IF;
END
$$;

DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.notes_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.notes_kind_idx'::regclass;
    IF part <> 'kinds' THEN
        EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'kinds');
    END IF;
END
$$;
