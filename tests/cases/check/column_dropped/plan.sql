ALTER TABLE public.items DROP CONSTRAINT items_amount_range;

-- deletes_data: every value of `items.amount`
ALTER TABLE public.items DROP COLUMN amount;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (price > (0)::numeric);
