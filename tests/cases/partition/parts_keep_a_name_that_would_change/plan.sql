-- file 1 of 3: one transaction

ALTER TABLE public.evk DETACH PARTITION public.evk_1;
ALTER TABLE public.evk_1 DROP CONSTRAINT IF EXISTS evk_1_id_ts_key;

-- deletes_data: every value of `evk_1.ts`
-- breaks_code: code that names `evk_1.ts`
ALTER TABLE public.evk_1 DROP COLUMN ts;

DROP TABLE public.evk;

CREATE TABLE public.evk (
    id integer,
    created_at date,
    CONSTRAINT evk_id_ts_key UNIQUE (id, created_at)
) PARTITION BY RANGE (created_at);

ALTER TABLE public.evk_1 ADD COLUMN created_at date;

-- blocks_reads: every row of `evk_1` is read
-- may_fail: rows of `evk_1` that do not belong there
ALTER TABLE public.evk ATTACH PARTITION public.evk_1 DEFAULT;

DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.evk_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.evk_id_ts_key'::regclass;
    IF part <> 'evk_1_id_ts_key' THEN
        IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = 'public.evk_1'::regclass AND c.relispartition AND c.relname = 'evk_1_id_ts_key') THEN
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'evk_1_id_ts_key', 'evk_1_id_ts_key_old');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'evk_1_id_ts_key');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'evk_1_id_ts_key_old', part);
        ELSE
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'evk_1_id_ts_key');
        END IF;
    END IF;
END
$$;

-- file 2 of 3: no transaction

CREATE INDEX IF NOT EXISTS i__new ON ONLY public.ev (x, ts);

-- builds_index: `ev_1_x_ts_idx` on `ev_1`
CREATE INDEX CONCURRENTLY IF NOT EXISTS ev_1_x_ts_idx__new ON public.ev_1 (x, ts);

ALTER INDEX public.i__new ATTACH PARTITION public.ev_1_x_ts_idx__new;

DO $$
BEGIN
    IF to_regclass('public.i__new') IS NOT NULL THEN
        DROP INDEX public.i;
        ALTER INDEX public.i__new RENAME TO i;
        ALTER INDEX public.ev_1_x_ts_idx__new RENAME TO ev_1_x_ts_idx;
    END IF;
END
$$;

-- file 3 of 3: one transaction

DO $$
DECLARE
    part name;
BEGIN
    SELECT c.relname INTO STRICT part FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'public.ev_1'::regclass AND pg_partition_root(i.indexrelid) = 'public.i'::regclass;
    IF part <> 'ev_1_x_idx' THEN
        IF EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = 'public.ev_1'::regclass AND c.relispartition AND c.relname = 'ev_1_x_idx') THEN
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'ev_1_x_idx', 'ev_1_x_idx_old');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'ev_1_x_idx');
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'ev_1_x_idx_old', part);
        ELSE
            EXECUTE format('ALTER INDEX public.%I RENAME TO %I', part, 'ev_1_x_idx');
        END IF;
    END IF;
END
$$;
