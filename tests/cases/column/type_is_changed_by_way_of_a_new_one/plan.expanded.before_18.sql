-- file 1 of 3: one transaction

CREATE FUNCTION public.items_in_step()
RETURNS trigger
LANGUAGE plpgsql
SET search_path TO pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id__new := NEW.id;
    NEW.order_id__new := NEW.order_id;
    RETURN NEW;
END
$$;

CREATE FUNCTION public.orders_in_step()
RETURNS trigger
LANGUAGE plpgsql
SET search_path TO pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id__new := NEW.id;
    NEW.number__new := NEW.number::integer;
    RETURN NEW;
END
$$;

ALTER TABLE public.orders ADD COLUMN id__new bigint;
COMMENT ON COLUMN public.orders.id__new IS 'The number of the order';
ALTER TABLE public.orders ADD COLUMN number__new integer;
ALTER TABLE public.items ADD COLUMN id__new bigint;
ALTER TABLE public.items ADD COLUMN order_id__new bigint;
CREATE TRIGGER zz_items_in_step BEFORE INSERT OR UPDATE ON public.items FOR EACH ROW EXECUTE FUNCTION public.items_in_step();
ALTER TABLE public.items ENABLE ALWAYS TRIGGER zz_items_in_step;

-- may_fail: writes of values that do not fit: `orders.number`: text becomes integer
CREATE TRIGGER zz_orders_in_step BEFORE INSERT OR UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.orders_in_step();

ALTER TABLE public.orders ENABLE ALWAYS TRIGGER zz_orders_in_step;

-- file 2 of 3: no transaction

DO $$
#variable_conflict use_column
<<fill>>
DECLARE
    bound CONSTANT boolean := row_security_active('public.orders');
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size('public.orders') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY;
            END IF;
            WITH filled AS (
                UPDATE ONLY public.orders SET id__new = id
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.orders
                     WHERE (id__new IS NULL AND id IS NOT NULL)
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING (id__new IS NULL AND id IS NOT NULL) AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.orders FORCE ROW LEVEL SECURITY;
            END IF;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY;
            END IF;
        fill.missing := EXISTS (SELECT FROM ONLY public.orders WHERE (id__new IS NULL AND id IS NOT NULL));
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.orders FORCE ROW LEVEL SECURITY;
            END IF;
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.orders ADD CONSTRAINT orders_id__new_not_null CHECK (id__new IS NOT NULL) NOT VALID;

-- may_fail: rows where `id__new` is NULL
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_id__new_not_null;

ALTER TABLE public.orders ALTER COLUMN id__new SET NOT NULL;
ALTER TABLE public.orders DROP CONSTRAINT orders_id__new_not_null;
ANALYZE public.orders (id__new);

-- may_fail: values that do not fit: `orders.number`: text becomes integer
DO $$
#variable_conflict use_column
<<fill>>
DECLARE
    bound CONSTANT boolean := row_security_active('public.orders');
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size('public.orders') / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY;
            END IF;
            WITH filled AS (
                UPDATE ONLY public.orders SET number__new = number::integer
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.orders
                     WHERE (number__new IS NULL AND number IS NOT NULL)
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING (number__new IS NULL AND number IS NOT NULL) AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.orders FORCE ROW LEVEL SECURITY;
            END IF;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY;
            END IF;
        fill.missing := EXISTS (SELECT FROM ONLY public.orders WHERE (number__new IS NULL AND number IS NOT NULL));
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE public.orders FORCE ROW LEVEL SECURITY;
            END IF;
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.orders ADD CONSTRAINT orders_number__new_not_null CHECK (number__new IS NOT NULL) NOT VALID;

-- may_fail: rows where `number__new` is NULL
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_number__new_not_null;

ALTER TABLE public.orders ALTER COLUMN number__new SET NOT NULL;
ALTER TABLE public.orders DROP CONSTRAINT orders_number__new_not_null;
ANALYZE public.orders (number__new);

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
                UPDATE ONLY public.items SET id__new = id
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.items
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
        fill.missing := EXISTS (SELECT FROM ONLY public.items WHERE (id__new IS NULL AND id IS NOT NULL));
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.items ADD CONSTRAINT items_id__new_not_null CHECK (id__new IS NOT NULL) NOT VALID;

-- may_fail: rows where `id__new` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_id__new_not_null;

ALTER TABLE public.items ALTER COLUMN id__new SET NOT NULL;
ALTER TABLE public.items DROP CONSTRAINT items_id__new_not_null;
ANALYZE public.items (id__new);

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
                UPDATE ONLY public.items SET order_id__new = order_id
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.items
                     WHERE (order_id__new IS NULL AND order_id IS NOT NULL)
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING (order_id__new IS NULL AND order_id IS NOT NULL) AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;
        fill.missing := EXISTS (SELECT FROM ONLY public.items WHERE (order_id__new IS NULL AND order_id IS NOT NULL));
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
$$;

ALTER TABLE public.items ADD CONSTRAINT items_order_id__new_filled CHECK ((order_id__new IS NULL) = (order_id IS NULL)) NOT VALID;

-- may_fail: rows where `order_id__new` could not be filled
ALTER TABLE public.items VALIDATE CONSTRAINT items_order_id__new_filled;

ALTER TABLE public.items DROP CONSTRAINT items_order_id__new_filled;
ANALYZE public.items (order_id__new);

-- builds_index: `orders_number_key__new` on `orders`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_number_key__new ON public.orders (number__new, id__new);

ALTER TABLE public.orders ADD CONSTRAINT orders_number_key__new UNIQUE USING INDEX orders_number_key__new;

-- builds_index: `items_order_idx__new` on `items`
CREATE INDEX CONCURRENTLY IF NOT EXISTS items_order_idx__new ON public.items (order_id__new);

-- builds_index: `orders_pkey__new` on `orders`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_pkey__new ON public.orders (id__new);

-- builds_index: `items_pkey__new` on `items`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS items_pkey__new ON public.items (id__new);

ALTER TABLE public.items ADD CONSTRAINT items_order_id_fkey__new FOREIGN KEY (order_id__new) REFERENCES public.orders (id__new) ON DELETE CASCADE NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.items VALIDATE CONSTRAINT items_order_id_fkey__new;

-- file 3 of 3: one transaction

LOCK TABLE public.items, public.orders IN ACCESS EXCLUSIVE MODE;
ALTER TABLE public.orders RENAME COLUMN id TO id__old;

-- breaks_code: `orders.id`: integer becomes bigint, and stands behind all other columns
ALTER TABLE public.orders RENAME COLUMN id__new TO id;

ALTER TABLE public.orders RENAME COLUMN number TO number__old;

-- breaks_code: `orders.number`: text becomes integer, and stands behind all other columns
ALTER TABLE public.orders RENAME COLUMN number__new TO number;

ALTER TABLE public.items RENAME COLUMN id TO id__old;

-- breaks_code: `items.id`: integer becomes bigint, and stands behind all other columns
ALTER TABLE public.items RENAME COLUMN id__new TO id;

ALTER TABLE public.items RENAME COLUMN order_id TO order_id__old;

-- breaks_code: `items.order_id`: integer becomes bigint, and stands behind all other columns
ALTER TABLE public.items RENAME COLUMN order_id__new TO order_id;

ALTER INDEX public.items_order_idx RENAME TO items_order_idx__old;
ALTER INDEX public.items_order_idx__new RENAME TO items_order_idx;
ALTER TABLE public.orders RENAME CONSTRAINT orders_number_key TO orders_number_key__old;
ALTER TABLE public.orders RENAME CONSTRAINT orders_number_key__new TO orders_number_key;
ALTER TABLE public.items RENAME CONSTRAINT items_order_id_fkey TO items_order_id_fkey__old;
ALTER TABLE public.items RENAME CONSTRAINT items_order_id_fkey__new TO items_order_id_fkey;
DROP TRIGGER zz_items_in_step ON public.items;
DROP TRIGGER zz_orders_in_step ON public.orders;

-- breaks_code: columns of `totals` may go or change
DROP VIEW public.totals;

DROP INDEX public.items_order_idx__old;
ALTER TABLE public.items DROP CONSTRAINT items_order_id_fkey__old;
ALTER TABLE public.orders DROP CONSTRAINT orders_number_key__old;
ALTER TABLE public.items DROP COLUMN order_id__old;
ALTER TABLE public.orders DROP COLUMN number__old;
DROP FUNCTION public.items_in_step();
DROP FUNCTION public.orders_in_step();

-- may_fail: the last number of `items_id_seq` is beyond the new limits
ALTER SEQUENCE public.items_id_seq AS bigint;

ALTER SEQUENCE IF EXISTS public.orders_id_seq RENAME TO orders_id_seq__old;
ALTER TABLE public.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('public.orders', 'id'), nextval(pg_get_serial_sequence('public.orders', 'id__old')), false);
ALTER TABLE public.items ALTER COLUMN id SET DEFAULT nextval('items_id_seq'::regclass);
ALTER TABLE public.orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey__new;
ALTER TABLE public.items DROP CONSTRAINT items_pkey, ADD CONSTRAINT items_pkey PRIMARY KEY USING INDEX items_pkey__new;
ALTER SEQUENCE public.items_id_seq OWNED BY public.items.id;
ALTER TABLE public.items DROP COLUMN id__old;

-- weakens_access: `totals` reads `orders` with its owner's rights, past the policies that bind others
CREATE VIEW public.totals AS
SELECT o.id, o.total, i.id AS item FROM orders o JOIN items i ON i.order_id = o.id;

GRANT SELECT (id) ON public.orders TO PUBLIC;
ALTER TABLE public.orders DROP COLUMN id__old;
