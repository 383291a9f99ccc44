-- file 1 of 2: one transaction

ALTER TABLE public.items DROP CONSTRAINT items_amount_range;

-- deletes_data: every value of `items.amount`
-- breaks_code: code that names `items.amount`
ALTER TABLE public.items DROP COLUMN amount;

ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (price > (0)::numeric) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items VALIDATE CONSTRAINT items_amount_range;
