-- file 1 of 2: one transaction

CREATE SEQUENCE public.orders_id_seq;
ALTER TABLE public.orders ADD COLUMN id bigint;
ALTER TABLE public.orders ALTER COLUMN id SET DEFAULT nextval('orders_id_seq'::regclass);
ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;

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
                UPDATE ONLY public.orders SET id = DEFAULT
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.orders
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
        fill.missing := EXISTS (SELECT FROM ONLY public.orders WHERE id IS NULL);
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.orders ADD CONSTRAINT orders_id_not_null CHECK (id IS NOT NULL) NOT VALID;

-- may_fail: rows where `id` is NULL
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_id_not_null;

ALTER TABLE public.orders ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.orders DROP CONSTRAINT orders_id_not_null;

-- builds_index: `orders_pkey` on `orders`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_pkey ON public.orders (id);

ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;
