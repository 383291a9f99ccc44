ALTER TABLE public.items DROP CONSTRAINT items_amount_range;
