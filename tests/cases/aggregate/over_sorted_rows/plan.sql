CREATE AGGREGATE public.middle(double precision ORDER BY anyelement) (
    sfunc = ordered_set_transition,
    stype = internal,
    finalfunc = percentile_disc_final,
    finalfunc_extra
);

COMMENT ON AGGREGATE public.middle(double precision ORDER BY anyelement) IS 'The one in the middle';

CREATE AGGREGATE public.place(VARIADIC "any" ORDER BY VARIADIC "any") (
    sfunc = ordered_set_transition_multi,
    stype = internal,
    finalfunc = rank_final,
    finalfunc_extra,
    hypothetical
);
