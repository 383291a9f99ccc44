-- file 1 of 2: one transaction

DROP TRIGGER lines_tell ON public.lines;

-- breaks_code: columns of `prices` may go or change
DROP VIEW public.prices;

ALTER TYPE public.quantity RENAME TO quantity__old;
CREATE DOMAIN public.quantity AS integer;

-- rewrites_table: `lines`
ALTER TABLE public.lines ALTER COLUMN n TYPE public.quantity USING n::text::public.quantity;

DROP TYPE public.quantity__old;
ALTER TYPE public.amount RENAME TO amount__old;

-- may_fail: values that do not fit: `value` of `amount` in `lines`: numeric(12,2) becomes numeric(14,4)
CREATE TYPE public.amount AS (value numeric(14,4));

-- rewrites_table: `lines`
ALTER TABLE public.lines ALTER COLUMN price TYPE public.amount USING CASE WHEN price IS DISTINCT FROM NULL THEN ROW((price).value::numeric(14,4))::public.amount END;

DROP TYPE public.amount__old;
ALTER TABLE public.lines ADD CONSTRAINT l_m CHECK (m > 0) NOT VALID;

CREATE VIEW public.prices AS
SELECT n, (price).value FROM lines;

CREATE TRIGGER lines_tell AFTER INSERT OR UPDATE OF n, price ON public.lines FOR EACH ROW EXECUTE FUNCTION public.tell();

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `l_m`
ALTER TABLE public.lines VALIDATE CONSTRAINT l_m;
