CREATE AGGREGATE public.total(amount integer) (
    sfunc = add_up,
    stype = integer,
    sspace = 16,
    finalfunc = as_words,
    finalfunc_modify = shareable,
    initcond = '0',
    combinefunc = add_up,
    msfunc = add_up,
    mstype = integer,
    mfinalfunc = as_words,
    minitcond = '0',
    minvfunc = take_off,
    parallel = safe
);

COMMENT ON AGGREGATE public.total(integer) IS 'Adds up';

CREATE AGGREGATE public.largest(integer) (
    sfunc = int4larger,
    stype = integer,
    sortop = >
);

CREATE AGGREGATE public.rows(*) (
    sfunc = int8inc,
    stype = bigint,
    initcond = '0'
);
