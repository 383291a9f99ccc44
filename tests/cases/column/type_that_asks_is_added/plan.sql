-- file 1 of 2: one transaction

-- rewrites_table: each row of `orders` is held against what `positive` asks of its values
ALTER TABLE public.orders ADD COLUMN asked positive;

-- rewrites_table: each row of `orders` is held against what `positive` asks of its values
ALTER TABLE public.orders ADD COLUMN given positive;

ALTER TABLE public.orders ALTER COLUMN given SET DEFAULT (floor(random() * 6)::integer + 1);
ALTER TABLE public.orders ADD COLUMN many positive[];
ALTER TABLE public.orders ADD COLUMN plain plain;

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
        fill.pages := pg_relation_size('public.orders') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            WITH filled AS (
                UPDATE ONLY public.orders SET given = DEFAULT
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.orders
                     WHERE given IS NULL
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING given IS NULL AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.orders WHERE given IS NULL);
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;
