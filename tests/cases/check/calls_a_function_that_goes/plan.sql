ALTER TABLE public.items DROP CONSTRAINT items_amount_range;

-- breaks_code: calls of `is_sane`
DROP FUNCTION public.is_sane(integer);

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (amount > 0);
