//! Constraints.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

/// The foreign key, made anew.
macro_rules! foreign_key {
    ($columns:literal, $references:literal, $more:literal) => {
        concat!(
            "ALTER TABLE things DROP CONSTRAINT things_owner, ADD CONSTRAINT things_owner FOREIGN KEY ",
            $columns,
            " REFERENCES ",
            $references,
            $more,
            "; COMMENT ON CONSTRAINT things_owner ON things IS 'Whose it is'"
        )
    };
}

pub const KEYS: &[OneChange] = &[
    of(
        "PrimaryKey",
        "columns",
        "ALTER TABLE owners DROP CONSTRAINT owners_pkey, ADD PRIMARY KEY (id, kind) INCLUDE (name)",
    ),
    of("PrimaryKey", "include", "ALTER TABLE owners DROP CONSTRAINT owners_pkey, ADD PRIMARY KEY (id) INCLUDE (kind)"),
    of(
        "PrimaryKey",
        "deferral",
        "ALTER TABLE things DROP CONSTRAINT things_pkey, ADD PRIMARY KEY (id); \
         COMMENT ON CONSTRAINT things_pkey ON things IS 'The key'",
    ),
    of("PrimaryKey", "with", "ALTER INDEX things_pkey SET (fillfactor = 60)"),
    of(
        "PrimaryKey",
        "without_overlaps",
        "ALTER TABLE rooms DROP CONSTRAINT rooms_pkey, ADD PRIMARY KEY (room, during)",
    )
    .since(18),
    of("PrimaryKey", "index_comment", "COMMENT ON INDEX things_pkey IS 'Other'"),
    of(
        "PrimaryKey",
        "only",
        "ALTER TABLE fanned DROP CONSTRAINT fanned_pkey; ALTER TABLE ONLY fanned ADD PRIMARY KEY (id)",
    ),
    of("PrimaryKey", COMMENT, "COMMENT ON CONSTRAINT things_pkey ON things IS NULL"),
    of("PrimaryKey", EXTRA, "ALTER TABLE counted ADD PRIMARY KEY (id)"),
    of("PrimaryKey", MISSING, "ALTER TABLE things DROP CONSTRAINT things_pkey"),
    of(
        "Unique",
        "columns",
        "ALTER TABLE things DROP CONSTRAINT things_title_key, ADD CONSTRAINT things_title_key \
         UNIQUE NULLS NOT DISTINCT (size, title) INCLUDE (mood) DEFERRABLE INITIALLY DEFERRED; \
         COMMENT ON CONSTRAINT things_title_key ON things IS 'No two alike'",
    ),
    of(
        "Unique",
        "include",
        "ALTER TABLE things DROP CONSTRAINT things_title_key, ADD CONSTRAINT things_title_key \
         UNIQUE NULLS NOT DISTINCT (title, size) DEFERRABLE INITIALLY DEFERRED; \
         COMMENT ON CONSTRAINT things_title_key ON things IS 'No two alike'",
    ),
    of(
        "Unique",
        "nulls_not_distinct",
        "ALTER TABLE things DROP CONSTRAINT things_title_key, ADD CONSTRAINT things_title_key \
         UNIQUE (title, size) INCLUDE (mood) DEFERRABLE INITIALLY DEFERRED; \
         COMMENT ON CONSTRAINT things_title_key ON things IS 'No two alike'",
    ),
    of(
        "Unique",
        "deferral",
        "ALTER TABLE things DROP CONSTRAINT things_title_key, ADD CONSTRAINT things_title_key \
         UNIQUE NULLS NOT DISTINCT (title, size) INCLUDE (mood) DEFERRABLE; \
         COMMENT ON CONSTRAINT things_title_key ON things IS 'No two alike'",
    ),
    of("Unique", "with", "ALTER INDEX things_title_key SET (fillfactor = 60)"),
    of(
        "Unique",
        "without_overlaps",
        "ALTER TABLE rooms DROP CONSTRAINT rooms_once, ADD CONSTRAINT rooms_once UNIQUE (room, during)",
    )
    .since(18),
    of("Unique", "index_comment", "COMMENT ON INDEX things_title_key IS 'Other'"),
    of(
        "Unique",
        "only",
        "ALTER TABLE fanned DROP CONSTRAINT fanned_id_n_key; ALTER TABLE ONLY fanned ADD UNIQUE (id, n)",
    ),
    of("Unique", COMMENT, "COMMENT ON CONSTRAINT things_title_key ON things IS NULL"),
    of("Unique", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray UNIQUE (owner_id)"),
    of("Unique", MISSING, "ALTER TABLE things DROP CONSTRAINT things_title_key"),
    of(
        "Exclusion",
        "definition",
        "ALTER TABLE things DROP CONSTRAINT things_room, ADD CONSTRAINT things_room \
         EXCLUDE USING btree (size WITH =) WHERE (size > 2); \
         COMMENT ON CONSTRAINT things_room ON things IS 'No two so large'",
    ),
    of("Exclusion", "index_comment", "COMMENT ON INDEX things_room IS 'Other'"),
    of("Exclusion", COMMENT, "COMMENT ON CONSTRAINT things_room ON things IS NULL"),
    of("Exclusion", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray EXCLUDE USING btree (owner_id WITH =)"),
    of("Exclusion", MISSING, "ALTER TABLE things DROP CONSTRAINT things_room"),
    of(
        "Check",
        "expression",
        "ALTER TABLE things DROP CONSTRAINT things_size, ADD CONSTRAINT things_size CHECK (size BETWEEN 1 AND 200); \
         COMMENT ON CONSTRAINT things_size ON things IS 'Not too large'",
    ),
    of(
        "Check",
        "no_inherit",
        "ALTER TABLE things DROP CONSTRAINT things_size, ADD CONSTRAINT things_size \
         CHECK (size BETWEEN 1 AND 100) NO INHERIT; COMMENT ON CONSTRAINT things_size ON things IS 'Not too large'",
    ),
    of(
        "Check",
        "validated",
        "ALTER TABLE things DROP CONSTRAINT things_size, ADD CONSTRAINT things_size \
         CHECK (size BETWEEN 1 AND 100) NOT VALID; COMMENT ON CONSTRAINT things_size ON things IS 'Not too large'",
    ),
    of(
        "Check",
        "enforced",
        "ALTER TABLE things DROP CONSTRAINT things_size, ADD CONSTRAINT things_size \
         CHECK (size BETWEEN 1 AND 100) NOT ENFORCED; COMMENT ON CONSTRAINT things_size ON things IS 'Not too large'",
    )
    .since(18),
    of("Check", COMMENT, "COMMENT ON CONSTRAINT things_size ON things IS NULL"),
    of("Check", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray CHECK (size > 0)"),
    of("Check", MISSING, "ALTER TABLE things DROP CONSTRAINT things_size"),
];

pub const REFERENCES: &[OneChange] = &[
    of("ForeignKey", "columns", foreign_key!("(id, owner_kind)", "owners (id, kind)", " ON UPDATE NO ACTION")),
    of("ForeignKey", "references_namespace", foreign_key!("(owner_id)", "side.owners (id)", "")),
    of("ForeignKey", "references_table", foreign_key!("(owner_id)", "others (id)", "")),
    of("ForeignKey", "references_columns", foreign_key!("(owner_kind)", "side.owners (kind)", "")),
    of(
        "ForeignKey",
        "match",
        foreign_key!("(owner_id, owner_kind)", "owners (id, kind)", " MATCH FULL ON UPDATE CASCADE"),
    ),
    of(
        "ForeignKey",
        "on_delete",
        foreign_key!("(owner_id, owner_kind)", "owners (id, kind)", " ON UPDATE CASCADE ON DELETE CASCADE"),
    ),
    of(
        "ForeignKey",
        "on_delete_columns",
        foreign_key!("(owner_id, owner_kind)", "owners (id, kind)", " ON UPDATE CASCADE ON DELETE SET NULL (owner_id)"),
    ),
    of(
        "ForeignKey",
        "on_update",
        foreign_key!("(owner_id, owner_kind)", "owners (id, kind)", " ON DELETE SET NULL (owner_kind)"),
    ),
    of("ForeignKey", "deferral", "ALTER TABLE things ALTER CONSTRAINT things_owner NOT DEFERRABLE"),
    of(
        "ForeignKey",
        "validated",
        foreign_key!(
            "(owner_id, owner_kind)",
            "owners (id, kind)",
            " ON UPDATE CASCADE ON DELETE SET NULL (owner_kind) DEFERRABLE INITIALLY DEFERRED NOT VALID"
        ),
    ),
    of("ForeignKey", "enforced", "ALTER TABLE things ALTER CONSTRAINT things_owner NOT ENFORCED").since(18),
    of(
        "ForeignKey",
        "period",
        "ALTER TABLE visits DROP CONSTRAINT visits_spell, ADD CONSTRAINT visits_spell \
         FOREIGN KEY (room, during) REFERENCES spells (room, during)",
    )
    .since(18),
    of("ForeignKey", COMMENT, "COMMENT ON CONSTRAINT things_owner ON things IS NULL"),
    of("ForeignKey", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray FOREIGN KEY (owner_id) REFERENCES owners"),
    of("ForeignKey", MISSING, "ALTER TABLE things DROP CONSTRAINT things_owner"),
];
