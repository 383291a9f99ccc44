CREATE FUNCTION public.is_sane(amount integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT amount > 0$$;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (is_sane(amount));
