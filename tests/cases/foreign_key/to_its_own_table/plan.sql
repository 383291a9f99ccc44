-- blocks_writes: writers of both tables wait while `orders` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.orders ADD CONSTRAINT orders_parent_fk FOREIGN KEY (parent_id) REFERENCES public.orders (id) ON DELETE CASCADE;
