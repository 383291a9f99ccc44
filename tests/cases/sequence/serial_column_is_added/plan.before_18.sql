-- file 1 of 2: one transaction

CREATE SEQUENCE public.notes_id_seq;
ALTER TABLE public.notes ADD COLUMN id bigint;
ALTER TABLE public.notes ALTER COLUMN id SET DEFAULT nextval('notes_id_seq'::regclass);
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

-- file 2 of 2: no transaction

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
        fill.pages := pg_relation_size('public.notes') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            WITH filled AS (
                UPDATE ONLY public.notes SET id = DEFAULT
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.notes
                     WHERE id IS NULL
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING id IS NULL AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.notes WHERE id IS NULL);
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.notes ADD CONSTRAINT notes_id_not_null CHECK (id IS NOT NULL) NOT VALID;

-- may_fail: rows where `id` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_id_not_null;

ALTER TABLE public.notes ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.notes DROP CONSTRAINT notes_id_not_null;
