ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (amount > 0) NOT VALID;
