-- file 1 of 3: one transaction

CREATE FUNCTION public.notes_in_step()
RETURNS trigger
LANGUAGE plpgsql
SET search_path TO pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id__new := NEW.id;
    RETURN NEW;
END
$$;

ALTER TABLE public.notes ADD COLUMN id__new bigint;
CREATE TRIGGER zz_notes_in_step BEFORE INSERT OR UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.notes_in_step();
ALTER TABLE public.notes ENABLE ALWAYS TRIGGER zz_notes_in_step;

-- file 2 of 3: no transaction

DO $$
#variable_conflict use_column
<<fill>>
DECLARE
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size('public.notes_new') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            WITH filled AS (
                UPDATE ONLY public.notes_new SET id__new = id
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.notes_new
                     WHERE (id__new IS NULL AND id IS NOT NULL)
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING (id__new IS NULL AND id IS NOT NULL) AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.notes_new WHERE (id__new IS NULL AND id IS NOT NULL));
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

DO $$
#variable_conflict use_column
<<fill>>
DECLARE
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size('public.notes_older') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            WITH filled AS (
                UPDATE ONLY public.notes_older SET id__new = id
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.notes_older
                     WHERE (id__new IS NULL AND id IS NOT NULL)
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING (id__new IS NULL AND id IS NOT NULL) AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.notes_older WHERE (id__new IS NULL AND id IS NOT NULL));
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.notes ADD CONSTRAINT notes_id__new_not_null CHECK (id__new IS NOT NULL) NOT VALID;

-- may_fail: rows where `id__new` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_id__new_not_null;

ALTER TABLE public.notes ALTER COLUMN id__new SET NOT NULL;
ALTER TABLE public.notes DROP CONSTRAINT notes_id__new_not_null;
ANALYZE public.notes (id__new);

-- builds_index: `notes_new_id_at_key__new` on `notes_new`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_new_id_at_key__new ON public.notes_new (id__new, at);

-- builds_index: `notes_older_id_at_key__new` on `notes_older`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_older_id_at_key__new ON public.notes_older (id__new, at);

ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_id_key__new UNIQUE (id__new, at);
ALTER TABLE public.notes_new ADD CONSTRAINT notes_new_id_at_key__new UNIQUE USING INDEX notes_new_id_at_key__new;
ALTER INDEX public.notes_id_key__new ATTACH PARTITION public.notes_new_id_at_key__new;
ALTER TABLE ONLY public.notes_old ADD CONSTRAINT notes_old_id_at_key__new UNIQUE (id__new, at);
ALTER TABLE public.notes_older ADD CONSTRAINT notes_older_id_at_key__new UNIQUE USING INDEX notes_older_id_at_key__new;
ALTER INDEX public.notes_old_id_at_key__new ATTACH PARTITION public.notes_older_id_at_key__new;
ALTER INDEX public.notes_id_key__new ATTACH PARTITION public.notes_old_id_at_key__new;
CREATE INDEX IF NOT EXISTS notes_id_idx__new ON ONLY public.notes (id__new);

-- builds_index: `notes_new_id_idx__new` on `notes_new`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_new_id_idx__new ON public.notes_new (id__new);

ALTER INDEX public.notes_id_idx__new ATTACH PARTITION public.notes_new_id_idx__new;
CREATE INDEX IF NOT EXISTS notes_old_id_idx__new ON ONLY public.notes_old (id__new);

-- builds_index: `notes_older_id_idx__new` on `notes_older`
CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_older_id_idx__new ON public.notes_older (id__new);

ALTER INDEX public.notes_old_id_idx__new ATTACH PARTITION public.notes_older_id_idx__new;
ALTER INDEX public.notes_id_idx__new ATTACH PARTITION public.notes_old_id_idx__new;

-- builds_index: `notes_new_pkey__new` on `notes_new`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_new_pkey__new ON public.notes_new (at, id__new);

-- builds_index: `notes_older_pkey__new` on `notes_older`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_older_pkey__new ON public.notes_older (at, id__new);

-- file 3 of 3: one transaction

ALTER TABLE public.notes RENAME COLUMN id TO id__old;

-- breaks_code: `notes.id`: integer becomes bigint, and stands behind all other columns
ALTER TABLE public.notes RENAME COLUMN id__new TO id;

ALTER INDEX public.notes_id_idx RENAME TO notes_id_idx__old;
ALTER INDEX public.notes_id_idx__new RENAME TO notes_id_idx;
ALTER TABLE public.notes RENAME CONSTRAINT notes_id_key TO notes_id_key__old;
ALTER TABLE public.notes RENAME CONSTRAINT notes_id_key__new TO notes_id_key;
DROP TRIGGER zz_notes_in_step ON public.notes;
DROP INDEX public.notes_id_idx__old;
ALTER TABLE public.notes DROP CONSTRAINT notes_id_key__old;
DROP FUNCTION public.notes_in_step();
ALTER TABLE public.notes DROP CONSTRAINT notes_pkey;
ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_pkey PRIMARY KEY (at, id);
ALTER TABLE public.notes_new ADD CONSTRAINT notes_new_pkey PRIMARY KEY USING INDEX notes_new_pkey__new;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_new_pkey;
ALTER TABLE ONLY public.notes_old ADD CONSTRAINT notes_old_pkey PRIMARY KEY (at, id);
ALTER TABLE public.notes_older ADD CONSTRAINT notes_older_pkey PRIMARY KEY USING INDEX notes_older_pkey__new;
ALTER INDEX public.notes_old_pkey ATTACH PARTITION public.notes_older_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_old_pkey;
COMMENT ON CONSTRAINT notes_pkey ON public.notes IS 'Which one';
ALTER TABLE public.notes DROP COLUMN id__old;
ALTER INDEX IF EXISTS public.notes_new_id_idx__new RENAME TO notes_new_id_idx;
ALTER INDEX IF EXISTS public.notes_old_id_idx__new RENAME TO notes_old_id_idx;
ALTER INDEX IF EXISTS public.notes_older_id_idx__new RENAME TO notes_older_id_idx;
ALTER INDEX IF EXISTS public.notes_new_id_at_key__new RENAME TO notes_new_id_at_key;
ALTER INDEX IF EXISTS public.notes_old_id_at_key__new RENAME TO notes_old_id_at_key;
ALTER INDEX IF EXISTS public.notes_older_id_at_key__new RENAME TO notes_older_id_at_key;
