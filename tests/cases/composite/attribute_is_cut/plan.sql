ALTER TYPE public.price RENAME TO price__old;

-- deletes_data: values are cut: `amount` of `price` in `bids`: numeric becomes numeric(6,2)
-- may_fail: values that do not fit: `amount` of `price` in `bids`: numeric becomes numeric(6,2)
-- deletes_data: values are cut: `amount` of `price` in `items`: numeric becomes numeric(6,2)
-- may_fail: values that do not fit: `amount` of `price` in `items`: numeric becomes numeric(6,2)
-- deletes_data: values are cut: `at` of `price` in `bids`: timestamp with time zone becomes date
-- may_fail: values that do not fit: `at` of `price` in `bids`: timestamp with time zone becomes date
-- deletes_data: values are cut: `at` of `price` in `items`: timestamp with time zone becomes date
-- may_fail: values that do not fit: `at` of `price` in `items`: timestamp with time zone becomes date
-- deletes_data: values are cut: `note` of `price` in `bids`: text becomes character varying(20)
-- deletes_data: values are cut: `note` of `price` in `items`: text becomes character varying(20)
-- may_fail: values that do not fit: `code` of `price` in `bids`: text becomes integer
-- may_fail: values that do not fit: `code` of `price` in `items`: text becomes integer
CREATE TYPE public.price AS (amount numeric(6,2), at date, note character varying(20), code integer);

-- rewrites_table: `items`
ALTER TABLE public.items ALTER COLUMN price TYPE public.price USING CASE WHEN price IS DISTINCT FROM NULL THEN ROW((price).amount::numeric(6,2), (price).at::date, (price).note::character varying(20), (price).code::integer)::public.price END;

ALTER TYPE public.offer RENAME TO offer__old;
CREATE DOMAIN public.offer AS price;

-- rewrites_table: `bids`
ALTER TABLE public.bids ALTER COLUMN offers TYPE public.offer[] USING offers::text[]::public.offer[];

DROP TYPE public.offer__old;
DROP TYPE public.price__old;
