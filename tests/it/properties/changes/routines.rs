//! Functions and aggregates.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

pub const FUNCTIONS: &[OneChange] = &[
    of(
        "Function",
        "arguments.name",
        "DROP FUNCTION whose; CREATE FUNCTION whose(first integer DEFAULT 1, two text DEFAULT 'x') \
         RETURNS SETOF integer LANGUAGE sql STABLE PARALLEL SAFE COST 50 ROWS 10 STRICT SECURITY DEFINER LEAKPROOF \
         SET work_mem = '8MB' AS 'SELECT 1'; COMMENT ON FUNCTION whose IS 'Whose it is'",
    ),
    // Types are part of what a function is called by: with another one it is another function.
    of(
        "Function",
        "arguments.default",
        "CREATE OR REPLACE FUNCTION whose(one integer DEFAULT 2, two text DEFAULT 'x') \
         RETURNS SETOF integer LANGUAGE sql STABLE PARALLEL SAFE COST 50 ROWS 10 STRICT SECURITY DEFINER LEAKPROOF \
         SET work_mem = '8MB' AS 'SELECT 1'",
    ),
    of(
        "Function",
        "arguments.mode",
        "DROP FUNCTION whose; CREATE FUNCTION whose(INOUT one integer DEFAULT 1, two text DEFAULT 'x') \
         RETURNS SETOF integer LANGUAGE sql STABLE PARALLEL SAFE COST 50 ROWS 10 STRICT SECURITY DEFINER LEAKPROOF \
         SET work_mem = '8MB' AS 'SELECT 1'; COMMENT ON FUNCTION whose IS 'Whose it is'",
    ),
    of(
        "Function",
        "arguments.type",
        "DROP FUNCTION whose; CREATE FUNCTION whose(one integer DEFAULT 1, two text DEFAULT 'x', OUT three integer) \
         RETURNS SETOF integer LANGUAGE sql STABLE PARALLEL SAFE COST 50 ROWS 10 STRICT SECURITY DEFINER LEAKPROOF \
         SET work_mem = '8MB' AS 'SELECT 1'; COMMENT ON FUNCTION whose IS 'Whose it is'",
    ),
    of(
        "Function",
        "returns",
        "DROP FUNCTION whose; CREATE FUNCTION whose(one integer DEFAULT 1, two text DEFAULT 'x') \
         RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE COST 50 ROWS 10 STRICT SECURITY DEFINER LEAKPROOF \
         SET work_mem = '8MB' AS 'SELECT 1::bigint'; COMMENT ON FUNCTION whose IS 'Whose it is'",
    ),
    of(
        "Function",
        "language",
        "CREATE OR REPLACE FUNCTION touch_too() RETURNS trigger LANGUAGE internal \
         AS 'suppress_redundant_updates_trigger'",
    ),
    of(
        "Function",
        "body",
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ),
    of("Function", "volatility", "ALTER FUNCTION whose IMMUTABLE"),
    of("Function", "strict", "ALTER FUNCTION whose CALLED ON NULL INPUT"),
    of("Function", "security_definer", "ALTER FUNCTION whose SECURITY INVOKER"),
    of("Function", "leakproof", "ALTER FUNCTION whose NOT LEAKPROOF"),
    of("Function", "parallel", "ALTER FUNCTION whose PARALLEL UNSAFE"),
    of("Function", "cost", "ALTER FUNCTION whose COST 51"),
    of("Function", "rows", "ALTER FUNCTION whose ROWS 11"),
    of("Function", "set", "ALTER FUNCTION whose SET work_mem = '16MB'"),
    of("Function", "support", "ALTER FUNCTION whose SUPPORT generate_series_int4_support"),
    of(
        "Function",
        "window",
        "DROP FUNCTION numbered; CREATE FUNCTION numbered() RETURNS bigint LANGUAGE internal AS 'window_row_number'",
    ),
    of(
        "Function",
        "transforms",
        "CREATE TRANSFORM FOR integer LANGUAGE sql \
         (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal)); \
         CREATE OR REPLACE FUNCTION halved(integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT $1 / 2'",
    ),
    of(
        "Function",
        "object_file",
        "CREATE OR REPLACE FUNCTION handled() RETURNS language_handler LANGUAGE c AS 'plpgsql', 'plpgsql_call_handler'",
    ),
    of("Function", COMMENT, "COMMENT ON FUNCTION whose IS NULL"),
    of("Function", EXTRA, "CREATE PROCEDURE stray() LANGUAGE sql AS ''"),
    of("Function", MISSING, "DROP FUNCTION whose"),
];

/// The aggregate `total` as it is declared, but for what the text says: what is said last counts.
macro_rules! total {
    ($but:literal) => {
        concat!("CREATE OR REPLACE AGGREGATE total(amount integer)", total!(options $but))
    };
    (options $but:literal) => {
        concat!(
            " (sfunc = step, stype = integer, sspace = 16, finalfunc = shown, finalfunc_modify = shareable, \
             combinefunc = step, initcond = '0', msfunc = step, minvfunc = back, mstype = integer, msspace = 16, \
             mfinalfunc = shown, mfinalfunc_modify = shareable, minitcond = '0', sortop = >, parallel = safe",
            $but,
            ")"
        )
    };
}

/// The same for `mean`.
macro_rules! mean {
    ($but:literal) => {
        concat!(
            "CREATE OR REPLACE AGGREGATE mean(numeric) (sfunc = numeric_avg_accum, stype = internal, \
             finalfunc = numeric_avg, combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize, \
             deserialfunc = numeric_avg_deserialize",
            $but,
            ")"
        )
    };
}

/// The aggregate `middle`, made anew.
macro_rules! middle {
    ($arguments:literal) => {
        concat!(
            "DROP AGGREGATE middle(integer ORDER BY integer); CREATE AGGREGATE middle(",
            $arguments,
            ") (sfunc = step, stype = integer)"
        )
    };
}

pub const AGGREGATES: &[OneChange] = &[
    of(
        "Aggregate",
        "arguments.name",
        concat!(
            "DROP AGGREGATE total(integer); CREATE AGGREGATE total(value integer)",
            total!(options ""),
            "; COMMENT ON AGGREGATE total(integer) IS 'Adds up'"
        ),
    ),
    of(
        "Aggregate",
        "arguments.mode",
        "DROP AGGREGATE listed(VARIADIC integer[]); \
         CREATE AGGREGATE listed(integer[]) (sfunc = step_all, stype = integer, initcond = '0')",
    ),
    of("Aggregate", "arguments.default", "CREATE AGGREGATE stray(a integer DEFAULT 1) (sfunc = step, stype = integer)")
        .impossible(),
    // Other types make another aggregate, unless they are only sorted by what was given once.
    of("Aggregate", "arguments.type", middle!("ORDER BY integer, integer")),
    of("Aggregate", "order_by.type", middle!("ORDER BY one integer, two integer")),
    of("Aggregate", "order_by.name", middle!("integer ORDER BY two integer")),
    of(
        "Aggregate",
        "order_by.mode",
        "DROP AGGREGATE ranked(float8 ORDER BY VARIADIC \"any\"); CREATE AGGREGATE ranked(float8 ORDER BY \"any\") \
         (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = percentile_cont_float8_final)",
    ),
    of(
        "Aggregate",
        "order_by.default",
        "CREATE AGGREGATE stray(ORDER BY a integer DEFAULT 1) (sfunc = step, stype = integer)",
    )
    .impossible(),
    of(
        "Aggregate",
        "hypothetical",
        "DROP AGGREGATE place(VARIADIC \"any\" ORDER BY VARIADIC \"any\"); \
         CREATE AGGREGATE place(VARIADIC \"any\" ORDER BY VARIADIC \"any\") \
         (sfunc = ordered_set_transition_multi, stype = internal, finalfunc_extra, finalfunc = rank_final)",
    ),
    of("Aggregate", "sfunc", total!(", sfunc = step_too")),
    of("Aggregate", "stype", total!(", stype = bigint, combinefunc = int8pl")),
    of("Aggregate", "sspace", total!(", sspace = 32")),
    of("Aggregate", "finalfunc", total!(", finalfunc = shown_too")),
    of("Aggregate", "finalfunc_extra", total!(", finalfunc_extra")),
    of("Aggregate", "finalfunc_modify", total!(", finalfunc_modify = read_write")),
    of("Aggregate", "initcond", total!(", initcond = '1'")),
    of("Aggregate", "combinefunc", total!(", combinefunc = step_too")),
    of("Aggregate", "serialfunc", mean!(", serialfunc = numeric_serialize")),
    of("Aggregate", "deserialfunc", mean!(", deserialfunc = numeric_deserialize")),
    of("Aggregate", "moving.sfunc", total!(", msfunc = step_too")),
    of("Aggregate", "moving.stype", total!(", mstype = bigint")),
    of("Aggregate", "moving.sspace", total!(", msspace = 32")),
    of("Aggregate", "moving.finalfunc", total!(", mfinalfunc = shown_too")),
    of("Aggregate", "moving.finalfunc_extra", total!(", mfinalfunc_extra")),
    of("Aggregate", "moving.finalfunc_modify", total!(", mfinalfunc_modify = read_write")),
    of("Aggregate", "moving.initcond", total!(", minitcond = '1'")),
    of("Aggregate", "moving.minvfunc", total!(", minvfunc = back_too")),
    of("Aggregate", "sortop", total!(", sortop = <")),
    of("Aggregate", "parallel", total!(", parallel = restricted")),
    of("Aggregate", COMMENT, "COMMENT ON AGGREGATE total(integer) IS NULL"),
    of("Aggregate", EXTRA, "CREATE AGGREGATE stray(integer) (sfunc = step, stype = integer)"),
    of("Aggregate", MISSING, "DROP AGGREGATE total(integer)"),
];
