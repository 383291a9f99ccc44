-- file 1 of 2: one transaction

CREATE FUNCTION public.is_sane(amount integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT amount > 0$$;

ALTER TABLE public.items ADD CONSTRAINT items_amount_range CHECK (is_sane(amount)) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `items_amount_range`
ALTER TABLE public.items VALIDATE CONSTRAINT items_amount_range;
