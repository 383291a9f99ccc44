-- file 1 of 2: one transaction

ALTER TABLE public.items DROP CONSTRAINT items_amount_range;
ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK ((amount >= 1) AND (amount <= 100)) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items VALIDATE CONSTRAINT items_amount_range;
