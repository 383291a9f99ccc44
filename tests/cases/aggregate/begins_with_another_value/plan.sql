-- breaks_code: `total` may give other results than before
CREATE OR REPLACE AGGREGATE public.total(integer) (
    sfunc = add_up,
    stype = integer,
    initcond = '10'
);
