-- file 1 of 2: one transaction

ALTER TABLE public.items ADD COLUMN name text DEFAULT 'new' NOT NULL;
COMMENT ON COLUMN public.items.name IS 'Shown';
ALTER TABLE public.items ADD COLUMN at timestamp with time zone DEFAULT now();
ALTER TABLE public.items ADD COLUMN key uuid;
ALTER TABLE public.items ALTER COLUMN key SET DEFAULT gen_random_uuid();
ALTER TABLE public.items ADD COLUMN data jsonb DEFAULT '{}';
ALTER TABLE public.items ADD COLUMN rank integer DEFAULT 0;
ALTER TABLE public.items ADD COLUMN good boolean DEFAULT true;
ALTER TABLE public.items ADD COLUMN tags text[] DEFAULT '{}';

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
        fill.pages := pg_relation_size('public.items') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            WITH filled AS (
                UPDATE ONLY public.items SET key = DEFAULT
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.items
                     WHERE key IS NULL
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING key IS NULL AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.items WHERE key IS NULL);
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;
