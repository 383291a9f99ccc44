CREATE AGGREGATE public.total(integer) (
    sfunc = add_up,
    stype = integer,
    initcond = '0'
);
