-- breaks_code: `total` is called `sum_of`
ALTER AGGREGATE public.total(integer) RENAME TO sum_of;
