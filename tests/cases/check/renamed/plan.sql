ALTER TABLE public.items RENAME CONSTRAINT items_amount_range TO items_amount_positive;
