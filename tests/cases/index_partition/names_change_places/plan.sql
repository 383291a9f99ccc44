DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.notes_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.notes_first'::regclass;
    IF part <> 'b' THEN
        IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = 'public.notes_1'::regclass AND c.relispartition AND c.relname = 'b') THEN
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'b', 'b_old');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'b');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'b_old', part);
        ELSE
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'b');
        END IF;
    END IF;
END
$$;

DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.notes_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.notes_second'::regclass;
    IF part <> 'a' THEN
        IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = 'public.notes_1'::regclass AND c.relispartition AND c.relname = 'a') THEN
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'a', 'a_old');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'a');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'a_old', part);
        ELSE
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'a');
        END IF;
    END IF;
END
$$;
