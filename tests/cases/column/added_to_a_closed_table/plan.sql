-- file 1 of 2: one transaction

ALTER TABLE public.notes ADD COLUMN key uuid;
ALTER TABLE public.notes ALTER COLUMN key SET DEFAULT gen_random_uuid();
COMMENT ON COLUMN public.notes.key IS 'Told to others';

-- file 2 of 2: no transaction

DO $$
#variable_conflict use_column
<<fill>>
DECLARE
    bound CONSTANT boolean := row_security_active('public.notes');
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size('public.notes') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.notes NO FORCE ROW LEVEL SECURITY;
            END IF;
            WITH filled AS (
                UPDATE ONLY public.notes SET key = DEFAULT
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.notes
                     WHERE key IS NULL
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING key IS NULL AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;
            END IF;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.notes NO FORCE ROW LEVEL SECURITY;
            END IF;
        fill.missing := EXISTS (SELECT FROM ONLY public.notes WHERE key IS NULL);
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;
            END IF;
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.notes ADD CONSTRAINT notes_key_not_null NOT NULL key NOT VALID;

-- may_fail: rows where `key` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_key_not_null;

-- builds_index: `notes_key_key` on `notes`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_key_key ON public.notes (key);

ALTER TABLE public.notes ADD CONSTRAINT notes_key_key UNIQUE USING INDEX notes_key_key;
