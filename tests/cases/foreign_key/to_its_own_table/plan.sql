ALTER TABLE public.orders ADD CONSTRAINT orders_parent_fk FOREIGN KEY (parent_id) REFERENCES public.orders (id) ON DELETE CASCADE NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.orders VALIDATE CONSTRAINT orders_parent_fk;
