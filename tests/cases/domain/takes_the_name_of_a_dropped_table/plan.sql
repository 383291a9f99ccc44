-- breaks_code: `amount` is called `amount_old1`
ALTER TABLE public.amount RENAME TO amount_old1;

-- breaks_code: `sum` is called `amount`
ALTER DOMAIN public.sum RENAME TO amount;

-- deletes_data: every row of `amount_old1`
-- breaks_code: code that names `amount_old1`
DROP TABLE public.amount_old1;
