ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (amount > 0) NOT VALID;

-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items VALIDATE CONSTRAINT items_amount_range;
