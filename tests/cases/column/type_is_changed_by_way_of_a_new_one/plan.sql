-- breaks_code: columns of `totals` may go or change
DROP VIEW public.totals;

ALTER TABLE public.items DROP CONSTRAINT items_order_id_fkey;

-- may_fail: the last number of `items_id_seq` is beyond the new limits
ALTER SEQUENCE public.items_id_seq AS bigint;

-- rewrites_table: `orders.id`: integer becomes bigint
ALTER TABLE public.orders ALTER COLUMN id TYPE bigint;

-- rewrites_table: `orders.number`: text becomes integer
-- may_fail: values that do not fit: `orders.number`: text becomes integer
ALTER TABLE public.orders ALTER COLUMN number TYPE integer USING number::integer;

ALTER TABLE public.items ALTER COLUMN id DROP DEFAULT;

-- rewrites_table: `items.id`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN id TYPE bigint;

ALTER TABLE public.items ALTER COLUMN id SET DEFAULT nextval('items_id_seq'::regclass);

-- rewrites_table: `items.order_id`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN order_id TYPE bigint;

-- blocks_writes: writers of both tables wait while `items` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.items ADD CONSTRAINT items_order_id_fkey FOREIGN KEY (order_id) REFERENCES public.orders (id) ON DELETE CASCADE;

-- weakens_access: `totals` reads `orders` with its owner's rights, past the policies that bind others
CREATE VIEW public.totals AS
SELECT o.id, o.total, i.id AS item FROM orders o JOIN items i ON i.order_id = o.id;
