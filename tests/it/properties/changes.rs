//! How each property is changed on the server, by somebody who does not ask dbtool.

/// One that is declared goes away.
pub const MISSING: &str = "(missing)";
/// One that is not declared comes.
pub const EXTRA: &str = "(extra)";
/// Its comment changes.
pub const COMMENT: &str = "(comment)";

/// A statement, and the property that changes with it.
pub struct OneChange {
    /// The kind, as its struct is called.
    pub kind: &'static str,
    /// The field, with those that lead to it.
    pub path: &'static str,
    /// What somebody does.
    pub sql: &'static str,
    /// The major version that knows it first.
    pub since: u32,
    /// What dbtool does about it, beside telling.
    pub outcome: Outcome,
}

/// What comes of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// dbtool's own plan brings it back.
    Repaired,
    /// The plan cannot be tried here; the next change gets a new database.
    Left,
    /// There is no plan: the comparison says why it will not.
    Refused,
}

const fn of(kind: &'static str, path: &'static str, sql: &'static str) -> OneChange {
    OneChange { kind, path, sql, since: 0, outcome: Outcome::Repaired }
}

impl OneChange {
    /// Only servers from this version on know it.
    #[allow(dead_code, reason = "not at every time is there a property of that sort")]
    const fn since(mut self, major: u32) -> Self {
        self.since = major;
        self
    }

    const fn left(mut self) -> Self {
        self.outcome = Outcome::Left;
        self
    }

    #[allow(dead_code, reason = "not at every time is there a property of that sort")]
    const fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }
}

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

/// A trigger, made anew.
macro_rules! trigger {
    ($name:literal, $rest:literal) => {
        concat!("DROP TRIGGER ", $name, " ON things; CREATE TRIGGER ", $name, " ", $rest)
    };
}

/// The policy, made anew.
macro_rules! policy {
    ($rest:literal) => {
        concat!(
            "DROP POLICY things_own ON things; CREATE POLICY things_own ON things ",
            $rest,
            "; COMMENT ON POLICY things_own ON things IS 'Only large ones'"
        )
    };
}

/// Every change, by the subject.
pub const CHANGES: &[&[OneChange]] =
    &[SHARED, TYPES, SEQUENCES, FUNCTIONS, TABLES, CHILDREN, COLUMNS, KEYS, INDEXES, VIEWS, TRIGGERS, ACCESS];

/// What still wants a change here: kinds and properties younger than this table. Each line goes once it has one; a line
/// too many fails the test too.
pub const TO_COME: &[(&str, &str)] = &[
    ("Aggregate", "(extra)"),
    ("Aggregate", "(missing)"),
    ("Aggregate", "arguments.default"),
    ("Aggregate", "arguments.mode"),
    ("Aggregate", "arguments.name"),
    ("Aggregate", "arguments.type"),
    ("Aggregate", "combinefunc"),
    ("Aggregate", "deserialfunc"),
    ("Aggregate", "finalfunc"),
    ("Aggregate", "finalfunc_extra"),
    ("Aggregate", "finalfunc_modify"),
    ("Aggregate", "hypothetical"),
    ("Aggregate", "initcond"),
    ("Aggregate", "moving.finalfunc"),
    ("Aggregate", "moving.finalfunc_extra"),
    ("Aggregate", "moving.finalfunc_modify"),
    ("Aggregate", "moving.initcond"),
    ("Aggregate", "moving.minvfunc"),
    ("Aggregate", "moving.sfunc"),
    ("Aggregate", "moving.sspace"),
    ("Aggregate", "moving.stype"),
    ("Aggregate", "order_by.default"),
    ("Aggregate", "order_by.mode"),
    ("Aggregate", "order_by.name"),
    ("Aggregate", "order_by.type"),
    ("Aggregate", "parallel"),
    ("Aggregate", "serialfunc"),
    ("Aggregate", "sfunc"),
    ("Aggregate", "sortop"),
    ("Aggregate", "sspace"),
    ("Aggregate", "stype"),
    ("Check", "enforced"),
    ("Column", "not_null_as.name"),
    ("Column", "not_null_as.no_inherit"),
    ("Column", "not_null_as.not_valid"),
    ("Composite", "attributes.comment"),
    ("DefaultPrivilege", "(extra)"),
    ("DefaultPrivilege", "(missing)"),
    ("DefaultPrivilege", "grant.columns.privileges"),
    ("DefaultPrivilege", "grant.columns.with_grant_option"),
    ("DefaultPrivilege", "grant.privileges"),
    ("DefaultPrivilege", "grant.revoked"),
    ("DefaultPrivilege", "grant.with_grant_option"),
    ("Domain", "check.comment"),
    ("Domain", "check.expression"),
    ("Domain", "check.not_valid"),
    ("ForeignKey", "enforced"),
    ("ForeignKey", "period"),
    ("Function", "object_file"),
    ("Function", "support"),
    ("Function", "transforms"),
    ("Function", "window"),
    ("Grant", "(extra)"),
    ("Grant", "(missing)"),
    ("Grant", "columns.privileges"),
    ("Grant", "columns.with_grant_option"),
    ("Grant", "privileges"),
    ("Grant", "revoked"),
    ("Grant", "with_grant_option"),
    ("Index", "keys.opclass_parameters"),
    ("PrimaryKey", "with"),
    ("PrimaryKey", "without_overlaps"),
    ("Range", "(extra)"),
    ("Range", "(missing)"),
    ("Range", "collation"),
    ("Range", "multirange"),
    ("Range", "subtype"),
    ("Range", "subtype_diff"),
    ("Range", "subtype_opclass"),
    ("Role", "(extra)"),
    ("Role", "(missing)"),
    ("Role", "bypassrls"),
    ("Role", "connection_limit"),
    ("Role", "createdb"),
    ("Role", "createrole"),
    ("Role", "inherit"),
    ("Role", "login"),
    ("Role", "member_of.admin"),
    ("Role", "member_of.inherit"),
    ("Role", "member_of.set"),
    ("Role", "replication"),
    ("Role", "set"),
    ("Role", "superuser"),
    ("Role", "valid_until"),
    ("Sequence", "unlogged"),
    ("Trigger", "from"),
    ("Unique", "with"),
    ("Unique", "without_overlaps"),
];

/// What is declared and stands in the catalog as a part of something else, with where.
pub const NOT_ON_THE_SERVER: &[(&str, &str, &str)] = &[("View", "columns", "the server writes them into the query")];

const SHARED: &[OneChange] = &[
    of("Namespace", COMMENT, "COMMENT ON SCHEMA side IS 'Another'"),
    of("Namespace", EXTRA, "CREATE SCHEMA stray"),
    of("Namespace", MISSING, "DROP SCHEMA side CASCADE").left(),
    of("Extension", "version", "UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'vector'").left(),
    of("Extension", "schema", "ALTER EXTENSION pg_trgm SET SCHEMA side").since(18),
    of("Extension", EXTRA, "CREATE EXTENSION hstore").since(18),
    of("Extension", MISSING, "ALTER TABLE things DROP COLUMN spot; DROP EXTENSION vector"),
];

const TYPES: &[OneChange] = &[
    of("Enum", "values", "ALTER TYPE mood ADD VALUE 'other'"),
    of("Enum", COMMENT, "COMMENT ON TYPE mood IS NULL"),
    of("Enum", EXTRA, "CREATE TYPE stray AS ENUM ()"),
    of("Enum", MISSING, "DROP TYPE mood CASCADE").left(),
    of(
        "Domain",
        "type",
        "DROP DOMAIN email; CREATE DOMAIN email AS varchar(99) COLLATE \"C\" DEFAULT 'a@b' NOT NULL \
         CONSTRAINT email_at CHECK (VALUE LIKE '%@%'); COMMENT ON DOMAIN email IS 'Where to write'",
    ),
    of("Domain", "not_null", "ALTER DOMAIN email DROP NOT NULL"),
    of("Domain", "default", "ALTER DOMAIN email DROP DEFAULT"),
    of(
        "Domain",
        "collation",
        "DROP DOMAIN email; CREATE DOMAIN email AS varchar(100) COLLATE \"POSIX\" DEFAULT 'a@b' NOT NULL \
         CONSTRAINT email_at CHECK (VALUE LIKE '%@%'); COMMENT ON DOMAIN email IS 'Where to write'",
    ),
    of("Domain", COMMENT, "COMMENT ON DOMAIN email IS 'Another'"),
    of("Domain", EXTRA, "CREATE DOMAIN stray AS integer"),
    of("Domain", MISSING, "DROP DOMAIN email"),
    of("Composite", "attributes.name", "ALTER TYPE address RENAME ATTRIBUTE street TO road"),
    of("Composite", "attributes.type", "ALTER TYPE address ALTER ATTRIBUTE number TYPE bigint"),
    of("Composite", "attributes.collation", "ALTER TYPE address ALTER ATTRIBUTE street TYPE text COLLATE \"POSIX\""),
    of("Composite", COMMENT, "COMMENT ON TYPE address IS NULL"),
    of("Composite", EXTRA, "CREATE TYPE stray AS (a integer)"),
    of("Composite", MISSING, "DROP TYPE address"),
];

const SEQUENCES: &[OneChange] = &[
    of("Sequence", "type", "ALTER SEQUENCE numbers AS integer"),
    of("Sequence", "start", "ALTER SEQUENCE numbers START 12"),
    of("Sequence", "increment", "ALTER SEQUENCE numbers INCREMENT 4"),
    of("Sequence", "min", "ALTER SEQUENCE numbers MINVALUE 4"),
    of("Sequence", "max", "ALTER SEQUENCE numbers MAXVALUE 2000"),
    of("Sequence", "cache", "ALTER SEQUENCE numbers CACHE 5"),
    of("Sequence", "cycle", "ALTER SEQUENCE numbers NO CYCLE"),
    of("Sequence", COMMENT, "COMMENT ON SEQUENCE numbers IS 'Odd'"),
    of("Sequence", EXTRA, "CREATE SEQUENCE stray"),
    of("Sequence", MISSING, "DROP SEQUENCE numbers"),
    of("SequenceOwner", "column", "ALTER SEQUENCE counted_id_seq OWNED BY counted.other"),
    of("SequenceOwner", MISSING, "ALTER SEQUENCE counted_id_seq OWNED BY NONE"),
    of("SequenceOwner", EXTRA, "ALTER SEQUENCE numbers OWNED BY counted.other"),
];

const FUNCTIONS: &[OneChange] = &[
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
    of("Function", COMMENT, "COMMENT ON FUNCTION whose IS NULL"),
    of("Function", EXTRA, "CREATE PROCEDURE stray() LANGUAGE sql AS ''"),
    of("Function", MISSING, "DROP FUNCTION whose"),
];

const TABLES: &[OneChange] = &[
    of("Table", "unlogged", "ALTER TABLE counted SET UNLOGGED"),
    of("Table", "with", "ALTER TABLE things SET (fillfactor = 80)"),
    of("Table", "partition_by", "DROP TABLE parted; CREATE TABLE parted (id bigint) PARTITION BY LIST (id)"),
    of(
        "Table",
        "access_method",
        "CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE counted SET ACCESS METHOD pile",
    ),
    of("Table", COMMENT, "COMMENT ON TABLE things IS NULL"),
    of("Table", EXTRA, "CREATE TABLE stray (a integer)"),
    of("Table", MISSING, "DROP TABLE counted"),
    of("ReplicaIdentity", "by.index", "ALTER TABLE copied REPLICA IDENTITY USING INDEX copied_other_key"),
    of("ReplicaIdentity", EXTRA, "ALTER TABLE counted REPLICA IDENTITY FULL"),
    of("ReplicaIdentity", MISSING, "ALTER TABLE copied REPLICA IDENTITY DEFAULT"),
    of("Cluster", "on", "ALTER TABLE copied CLUSTER ON copied_other_key"),
    of("Cluster", EXTRA, "ALTER TABLE others CLUSTER ON others_pkey"),
    of("Cluster", MISSING, "ALTER TABLE copied SET WITHOUT CLUSTER"),
];

const CHILDREN: &[OneChange] = &[
    of(
        "Partition",
        "of_namespace",
        "ALTER TABLE spread DETACH PARTITION spread_1; \
         ALTER TABLE side.spread ATTACH PARTITION spread_1 FOR VALUES FROM (1) TO (10)",
    ),
    of(
        "Partition",
        "of",
        "ALTER TABLE spread DETACH PARTITION spread_1; \
         ALTER TABLE spread_too ATTACH PARTITION spread_1 FOR VALUES FROM (1) TO (10)",
    ),
    of(
        "Partition",
        "values",
        "ALTER TABLE spread DETACH PARTITION spread_1; \
         ALTER TABLE spread ATTACH PARTITION spread_1 FOR VALUES FROM (1) TO (11)",
    ),
    of("Partition", EXTRA, "CREATE TABLE stray PARTITION OF spread DEFAULT"),
    of("Partition", MISSING, "ALTER TABLE spread DETACH PARTITION spread_1"),
    of("Inheritance", "parents", "ALTER TABLE heir ADD COLUMN b integer; ALTER TABLE heir INHERIT kin_too"),
    of("Inheritance", EXTRA, "CREATE TABLE stray () INHERITS (kin)"),
    of("Inheritance", MISSING, "ALTER TABLE heir NO INHERIT kin"),
];

const COLUMNS: &[OneChange] = &[
    of("Column", "type", "ALTER TABLE counted ALTER COLUMN other TYPE bigint"),
    of("Column", "not_null", "ALTER TABLE things ALTER COLUMN size DROP NOT NULL"),
    of("Column", "default", "ALTER TABLE things ALTER COLUMN title SET DEFAULT 'other'"),
    of("Column", "collation", "ALTER TABLE owners ALTER COLUMN name TYPE text COLLATE \"POSIX\""),
    of("Column", "identity.generated", "ALTER TABLE things ALTER COLUMN id SET GENERATED BY DEFAULT"),
    of("Column", "identity.start", "ALTER TABLE things ALTER COLUMN id SET START 110"),
    of("Column", "identity.increment", "ALTER TABLE things ALTER COLUMN id SET INCREMENT 6"),
    of("Column", "identity.min", "ALTER TABLE things ALTER COLUMN id SET MINVALUE 11"),
    of("Column", "identity.max", "ALTER TABLE things ALTER COLUMN id SET MAXVALUE 100001"),
    of("Column", "identity.cache", "ALTER TABLE things ALTER COLUMN id SET CACHE 8"),
    of("Column", "identity.cycle", "ALTER TABLE things ALTER COLUMN id SET NO CYCLE"),
    of(
        "Column",
        "generated.expression",
        "ALTER TABLE things DROP COLUMN twice, ADD COLUMN twice integer GENERATED ALWAYS AS (size * 3) STORED",
    ),
    of(
        "Column",
        "generated.stored",
        "ALTER TABLE things DROP COLUMN twice, ADD COLUMN twice integer GENERATED ALWAYS AS (size * 2) VIRTUAL",
    )
    .since(18),
    of("Column", "storage", "ALTER TABLE owners ALTER COLUMN kind SET STORAGE external"),
    of("Column", "compression", "ALTER TABLE owners ALTER COLUMN kind SET COMPRESSION pglz"),
    of("Column", "statistics", "ALTER TABLE owners ALTER COLUMN kind SET STATISTICS 7"),
    of("Column", "options", "ALTER TABLE owners ALTER COLUMN kind SET (n_distinct = -0.5)"),
    of("Column", COMMENT, "COMMENT ON COLUMN things.id IS NULL"),
    of("Column", EXTRA, "ALTER TABLE things ADD COLUMN stray integer"),
    of("Column", MISSING, "ALTER TABLE things DROP COLUMN owner_kind"),
];

const KEYS: &[OneChange] = &[
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
    of("Check", COMMENT, "COMMENT ON CONSTRAINT things_size ON things IS NULL"),
    of("Check", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray CHECK (size > 0)"),
    of("Check", MISSING, "ALTER TABLE things DROP CONSTRAINT things_size"),
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
    of("ForeignKey", COMMENT, "COMMENT ON CONSTRAINT things_owner ON things IS NULL"),
    of("ForeignKey", EXTRA, "ALTER TABLE things ADD CONSTRAINT stray FOREIGN KEY (owner_id) REFERENCES owners"),
    of("ForeignKey", MISSING, "ALTER TABLE things DROP CONSTRAINT things_owner"),
];

const INDEXES: &[OneChange] = &[
    of("Index", "using", index!("", "USING hash (size)")),
    of("Index", "unique", index!("", "(size)")),
    of("Index", "nulls_not_distinct", index!("UNIQUE ", "(size)")),
    of("Index", "keys.on.column", index!("", "(size, lower(owner_kind))")),
    of("Index", "keys.on.expression", index!("", "(title, upper(owner_kind))")),
    of("Index", "keys.opclass", index!("", "(title COLLATE \"POSIX\" DESC NULLS LAST, lower(owner_kind))")),
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
    of("Index", COMMENT, "COMMENT ON INDEX things_title_idx IS NULL"),
    of("Index", EXTRA, "CREATE INDEX stray ON things (owner_id)"),
    of("Index", MISSING, "DROP INDEX things_title_idx"),
];

const VIEWS: &[OneChange] = &[
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

const TRIGGERS: &[OneChange] = &[
    of(
        "Trigger",
        "timing",
        trigger!(
            "things_touch",
            "AFTER INSERT OR UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION touch('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "events",
        trigger!(
            "things_touch",
            "BEFORE UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION touch('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "columns",
        trigger!(
            "things_touch",
            "BEFORE INSERT OR UPDATE ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION touch('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "for_each_row",
        trigger!(
            "things_after",
            "AFTER UPDATE ON things REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH ROW EXECUTE FUNCTION touch()"
        ),
    ),
    of(
        "Trigger",
        "when",
        trigger!(
            "things_touch",
            "BEFORE INSERT OR UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 2) EXECUTE FUNCTION touch('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "function_namespace",
        trigger!(
            "things_touch",
            "BEFORE INSERT OR UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION side.touch('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "function",
        trigger!(
            "things_touch",
            "BEFORE INSERT OR UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION touch_too('a', 'b')"
        ),
    ),
    of(
        "Trigger",
        "arguments",
        trigger!(
            "things_touch",
            "BEFORE INSERT OR UPDATE OF size ON things FOR EACH ROW WHEN (NEW.size > 1) EXECUTE FUNCTION touch('a', 'c')"
        ),
    ),
    of(
        "Trigger",
        "old_table",
        trigger!(
            "things_after",
            "AFTER UPDATE ON things REFERENCING OLD TABLE AS former NEW TABLE AS after EXECUTE FUNCTION touch()"
        ),
    ),
    of(
        "Trigger",
        "new_table",
        trigger!(
            "things_after",
            "AFTER UPDATE ON things REFERENCING OLD TABLE AS before NEW TABLE AS later EXECUTE FUNCTION touch()"
        ),
    ),
    of(
        "Trigger",
        "constraint",
        "DROP TRIGGER things_constraint ON things; CREATE CONSTRAINT TRIGGER things_constraint AFTER INSERT ON things DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch()",
    ),
    of("Trigger", "enabled", "ALTER TABLE things DISABLE TRIGGER things_touch"),
    of("Trigger", COMMENT, "COMMENT ON TRIGGER things_touch ON things IS NULL"),
    of("Trigger", EXTRA, "CREATE TRIGGER stray AFTER INSERT ON things EXECUTE FUNCTION touch()"),
    of("Trigger", MISSING, "DROP TRIGGER things_touch ON things"),
];

const ACCESS: &[OneChange] = &[
    of("Policy", "permissive", policy!("FOR UPDATE TO pg_monitor USING (size > 1) WITH CHECK (size > 2)")),
    of("Policy", "for", policy!("AS RESTRICTIVE FOR ALL TO pg_monitor USING (size > 1) WITH CHECK (size > 2)")),
    of("Policy", "to", "ALTER POLICY things_own ON things TO PUBLIC"),
    of("Policy", "using", "ALTER POLICY things_own ON things USING (true)"),
    of("Policy", "check", "ALTER POLICY things_own ON things WITH CHECK (true)"),
    of("Policy", COMMENT, "COMMENT ON POLICY things_own ON things IS NULL"),
    of("Policy", EXTRA, "CREATE POLICY stray ON things"),
    of("Policy", MISSING, "DROP POLICY things_own ON things"),
    of("RowSecurity", "enabled", "ALTER TABLE things DISABLE ROW LEVEL SECURITY"),
    of("RowSecurity", "forced", "ALTER TABLE things NO FORCE ROW LEVEL SECURITY"),
    of("RowSecurity", EXTRA, "ALTER TABLE counted ENABLE ROW LEVEL SECURITY"),
    of("RowSecurity", MISSING, "ALTER TABLE things DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"),
];
