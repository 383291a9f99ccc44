DROP VIEW public.totals;

-- breaks_code: calls of `total`
DROP AGGREGATE public.total(integer);

CREATE AGGREGATE public.total(integer) (
    sfunc = add_up,
    stype = integer,
    finalfunc = as_words,
    initcond = '0'
);

CREATE VIEW public.totals AS
SELECT total(amount) AS total FROM sales;
