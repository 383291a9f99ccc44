//! Indexes and views.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

/// The index, made anew.
macro_rules! index {
    ($start:literal, $rest:literal) => {
        concat!(
            "DROP INDEX things_title_idx; CREATE ",
            $start,
            "INDEX things_title_idx ON things ",
            $rest,
            "; COMMENT ON INDEX things_title_idx IS 'To find it'"
        )
    };
}

pub const INDEXES: &[OneChange] = &[
    of("Index", "using", index!("", "USING hash (size)")),
    of("Index", "unique", index!("", "(size)")),
    of("Index", "nulls_not_distinct", index!("UNIQUE ", "(size)")),
    of("Index", "keys.on.column", index!("", "(size, lower(owner_kind))")),
    of("Index", "keys.on.expression", index!("", "(title, upper(owner_kind))")),
    of("Index", "keys.opclass", index!("", "(title COLLATE \"POSIX\" DESC NULLS LAST, lower(owner_kind))")),
    of(
        "Index",
        "keys.opclass_parameters",
        "DROP INDEX searched_words_idx; CREATE INDEX searched_words_idx ON searched USING gist (words tsvector_ops (siglen = 200))",
    ),
    of("Index", "keys.collation", index!("", "(title text_pattern_ops DESC NULLS LAST, lower(owner_kind))")),
    of(
        "Index",
        "keys.descending",
        index!("", "(title COLLATE \"POSIX\" text_pattern_ops NULLS LAST, lower(owner_kind))"),
    ),
    of("Index", "keys.nulls_first", index!("", "(title COLLATE \"POSIX\" text_pattern_ops DESC, lower(owner_kind))")),
    of("Index", "include", index!("", "(title) INCLUDE (mood)")),
    of("Index", "where", index!("", "(title) WHERE size > 4")),
    of("Index", "with", "ALTER INDEX things_title_idx SET (fillfactor = 60)"),
    of("Index", "valid", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'things_title_idx'::regclass"),
    of("Index", "only", "DROP INDEX fanned_id_idx; CREATE INDEX fanned_id_idx ON ONLY fanned (id)"),
    of("Index", COMMENT, "COMMENT ON INDEX things_title_idx IS NULL"),
    of("Index", EXTRA, "CREATE INDEX stray ON things (owner_id)"),
    of("Index", MISSING, "DROP INDEX things_title_idx"),
];

pub const VIEWS: &[OneChange] = &[
    of(
        "View",
        "query",
        "CREATE OR REPLACE VIEW large (number, name) WITH (security_invoker) AS \
         SELECT id, title FROM things WHERE size > 11",
    ),
    of("View", "with", "ALTER VIEW large RESET (security_invoker)"),
    of("View", "column_comments", "COMMENT ON COLUMN large.name IS NULL"),
    of("View", "materialized.with_data", "REFRESH MATERIALIZED VIEW moods WITH NO DATA"),
    of("View", COMMENT, "COMMENT ON VIEW large IS NULL"),
    of("View", EXTRA, "CREATE VIEW stray AS SELECT 1 AS one"),
    of("View", MISSING, "DROP VIEW large"),
];
