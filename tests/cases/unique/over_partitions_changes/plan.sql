-- builds_index: `notes_1_kind_id_text_key` on `notes_1`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_kind_id_text_key__new ON public.notes_1 (kind, id) INCLUDE (text);

-- builds_index: `notes_2a_kind_id_text_key` on `notes_2a`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_kind_id_text_key__new ON public.notes_2a (kind, id) INCLUDE (text);

-- builds_index: `notes_2_rest_kind_id_text_key` on `notes_2_rest`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2_rest_kind_id_text_key__new ON public.notes_2_rest (kind, id) INCLUDE (text);

-- breaks_code: ON CONFLICT that names the key as it was
DO $$
BEGIN
    IF to_regclass('public.notes_1_kind_id_text_key__new') IS NOT NULL THEN
        ALTER TABLE public.notes DROP CONSTRAINT notes_key;
        ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_key UNIQUE (kind, id) INCLUDE (text);
        ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_kind_id_text_key UNIQUE USING INDEX notes_1_kind_id_text_key__new;
        ALTER INDEX public.notes_key ATTACH PARTITION public.notes_1_kind_id_text_key;
        ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_kind_id_text_key UNIQUE (kind, id) INCLUDE (text);
        ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_kind_id_text_key UNIQUE USING INDEX notes_2a_kind_id_text_key__new;
        ALTER INDEX public.notes_2_kind_id_text_key ATTACH PARTITION public.notes_2a_kind_id_text_key;
        ALTER TABLE public.notes_2_rest ADD CONSTRAINT notes_2_rest_kind_id_text_key UNIQUE USING INDEX notes_2_rest_kind_id_text_key__new;
        ALTER INDEX public.notes_2_kind_id_text_key ATTACH PARTITION public.notes_2_rest_kind_id_text_key;
        ALTER INDEX public.notes_key ATTACH PARTITION public.notes_2_kind_id_text_key;
        ALTER TABLE public.notes REPLICA IDENTITY USING INDEX notes_key;
        COMMENT ON CONSTRAINT notes_key ON public.notes IS 'One of a kind';
        COMMENT ON INDEX public.notes_key IS 'Sorted';
    END IF;
END
$$;

-- builds_index: `notes_1_id_text_kind_key` on `notes_1`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_id_text_kind_key__new ON public.notes_1 (id, text, kind) NULLS NOT DISTINCT WITH (fillfactor = 80);

-- builds_index: `notes_2a_id_text_kind_key` on `notes_2a`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_id_text_kind_key__new ON public.notes_2a (id, text, kind) NULLS NOT DISTINCT WITH (fillfactor = 80);

-- builds_index: `notes_2_rest_id_text_kind_key` on `notes_2_rest`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2_rest_id_text_kind_key__new ON public.notes_2_rest (id, text, kind) NULLS NOT DISTINCT WITH (fillfactor = 80);

-- breaks_code: ON CONFLICT that names the key as it was
DO $$
BEGIN
    IF to_regclass('public.notes_1_id_text_kind_key__new') IS NOT NULL THEN
        ALTER TABLE public.notes DROP CONSTRAINT notes_text_key;
        ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_text_key UNIQUE NULLS NOT DISTINCT (id, text, kind) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED;
        ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_id_text_kind_key UNIQUE USING INDEX notes_1_id_text_kind_key__new DEFERRABLE INITIALLY DEFERRED;
        ALTER INDEX public.notes_text_key ATTACH PARTITION public.notes_1_id_text_kind_key;
        ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_id_text_kind_key UNIQUE NULLS NOT DISTINCT (id, text, kind) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED;
        ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_id_text_kind_key UNIQUE USING INDEX notes_2a_id_text_kind_key__new DEFERRABLE INITIALLY DEFERRED;
        ALTER INDEX public.notes_2_id_text_kind_key ATTACH PARTITION public.notes_2a_id_text_kind_key;
        ALTER TABLE public.notes_2_rest ADD CONSTRAINT notes_2_rest_id_text_kind_key UNIQUE USING INDEX notes_2_rest_id_text_kind_key__new DEFERRABLE INITIALLY DEFERRED;
        ALTER INDEX public.notes_2_id_text_kind_key ATTACH PARTITION public.notes_2_rest_id_text_kind_key;
        ALTER INDEX public.notes_text_key ATTACH PARTITION public.notes_2_id_text_kind_key;
    END IF;
END
$$;
