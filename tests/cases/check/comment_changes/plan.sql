COMMENT ON CONSTRAINT items_amount_range ON public.items IS 'At least one';
