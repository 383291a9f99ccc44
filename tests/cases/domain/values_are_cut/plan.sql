ALTER TYPE public.amount RENAME TO amount__old;

-- deletes_data: values are cut: `amount` in `items`: numeric becomes numeric(6,2)
-- may_fail: values that do not fit: `amount` in `items`: numeric becomes numeric(6,2)
CREATE DOMAIN public.amount AS numeric(6,2);

-- rewrites_table: `items`
ALTER TABLE public.items ALTER COLUMN price TYPE public.amount USING price::text::public.amount;

DROP TYPE public.amount__old;
