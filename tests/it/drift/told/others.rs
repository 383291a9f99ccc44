//! Views, triggers, sequences, types, and what only new servers know.

use super::Drift;

pub const VIEWS: &[Drift] = &[
    (
        "CREATE OR REPLACE VIEW titles WITH (security_invoker = true) AS SELECT id, title AS called FROM papers",
        &[
            "~ view titles: query SELECT id, title AS called FROM papers -> SELECT id, title AS called FROM papers WHERE (size > 1)",
        ],
    ),
    (
        "ALTER VIEW titles RENAME COLUMN called TO title",
        &[
            "~ view titles: query SELECT id, title FROM papers WHERE (size > 1) -> SELECT id, title AS called FROM papers WHERE (size > 1)",
        ],
    ),
    ("ALTER VIEW titles RESET (security_invoker)", &["~ view titles: with none -> security_invoker true"]),
    (
        "ALTER VIEW titles SET (security_barrier)",
        &["~ view titles: with security_barrier true security_invoker true -> security_invoker true"],
    ),
    ("COMMENT ON VIEW titles IS NULL", &["~ view titles: comment none -> \"Large ones\""]),
    ("COMMENT ON COLUMN titles.called IS 'So'", &["~ view titles: column comments called So -> none"]),
    ("DROP VIEW titles", &["+ view titles"]),
    ("CREATE VIEW other AS SELECT 1 AS one", &["- view other"]),
    ("REFRESH MATERIALIZED VIEW sizes WITH NO DATA", &["~ view sizes: materialized none -> with_data yes"]),
    ("ALTER MATERIALIZED VIEW sizes SET (fillfactor = 50)", &["~ view sizes: with fillfactor 50 -> none"]),
    ("DROP INDEX sizes_size_idx", &["+ index sizes_size_idx on sizes"]),
    ("CREATE INDEX more ON sizes (times)", &["- index more on sizes"]),
    ("COMMENT ON COLUMN sizes.times IS NULL", &["~ view sizes: column comments none -> times How often"]),
    (
        "DROP MATERIALIZED VIEW sizes; CREATE TABLE sizes (size int)",
        &["+ view sizes", "- table sizes: 1 column", "+ index sizes_size_idx on sizes"],
    ),
];

pub const TRIGGERS: &[Drift] = &[
    (
        "CREATE OR REPLACE TRIGGER papers_touch AFTER INSERT OR UPDATE OF size ON papers FOR EACH ROW WHEN (new.size IN (1, 2)) EXECUTE FUNCTION touch('a')",
        &["~ trigger papers_touch on papers: timing after -> before"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_touch BEFORE UPDATE OF size ON papers FOR EACH ROW WHEN (new.size IN (1, 2)) EXECUTE FUNCTION touch('a')",
        &["~ trigger papers_touch on papers: events [update] -> [insert, update]"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_touch BEFORE INSERT OR UPDATE ON papers FOR EACH ROW WHEN (new.size IN (1, 2)) EXECUTE FUNCTION touch('a')",
        &["~ trigger papers_touch on papers: columns none -> [size]"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_touch BEFORE INSERT OR UPDATE OF size ON papers FOR EACH ROW EXECUTE FUNCTION touch('a')",
        &["~ trigger papers_touch on papers: when none -> new.size = ANY (ARRAY[1, 2])"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_touch BEFORE INSERT OR UPDATE OF size ON papers FOR EACH ROW WHEN (new.size IN (1, 2)) EXECUTE FUNCTION touch()",
        &["~ trigger papers_touch on papers: arguments none -> [a]"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_touch BEFORE INSERT OR UPDATE OF size ON papers FOR EACH ROW WHEN (new.size IN (1, 2)) EXECUTE FUNCTION suppress_redundant_updates_trigger('a')",
        &[
            "~ trigger papers_touch on papers: function suppress_redundant_updates_trigger -> touch, function namespace pg_catalog -> public",
        ],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_after AFTER UPDATE ON papers REFERENCING OLD TABLE AS was EXECUTE FUNCTION touch()",
        &["~ trigger papers_after on papers: new table none -> changed, old table was -> none"],
    ),
    (
        "CREATE OR REPLACE TRIGGER papers_after AFTER UPDATE ON papers REFERENCING NEW TABLE AS changed FOR EACH ROW EXECUTE FUNCTION touch()",
        &["~ trigger papers_after on papers: for each row yes -> no"],
    ),
    (
        "DROP TRIGGER papers_after ON papers; CREATE CONSTRAINT TRIGGER papers_after AFTER UPDATE ON papers DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch()",
        &[
            "~ trigger papers_after on papers: constraint immediate -> none, for each row yes -> no, new table none -> changed",
        ],
    ),
    ("ALTER TABLE papers DISABLE TRIGGER papers_touch", &["~ trigger papers_touch on papers: enabled off -> on"]),
    (
        "ALTER TABLE papers ENABLE ALWAYS TRIGGER papers_touch",
        &["~ trigger papers_touch on papers: enabled always -> on"],
    ),
    ("ALTER TRIGGER papers_touch ON papers RENAME TO mine", &["~ trigger mine on papers: renamed to papers_touch"]),
    (
        "COMMENT ON TRIGGER papers_touch ON papers IS NULL",
        &["~ trigger papers_touch on papers: comment none -> \"Each time\""],
    ),
    ("DROP TRIGGER papers_touch ON papers", &["+ trigger papers_touch on papers"]),
    ("CREATE TRIGGER more AFTER TRUNCATE ON papers EXECUTE FUNCTION touch()", &["- trigger more on papers"]),
];

pub const SEQUENCES: &[Drift] = &[
    ("ALTER SEQUENCE numbers INCREMENT 3", &["~ sequence numbers: increment 3 -> 2"]),
    ("ALTER SEQUENCE numbers START 7", &["~ sequence numbers: start 7 -> none"]),
    ("ALTER SEQUENCE numbers MINVALUE -7", &["~ sequence numbers: min -7 -> none, start 1 -> none"]),
    ("ALTER SEQUENCE numbers MAXVALUE 700", &["~ sequence numbers: max 700 -> none"]),
    ("ALTER SEQUENCE numbers CACHE 8", &["~ sequence numbers: cache 8 -> none"]),
    ("ALTER SEQUENCE numbers CYCLE", &["~ sequence numbers: cycle yes -> no"]),
    ("ALTER SEQUENCE numbers AS integer", &["~ sequence numbers: type integer -> bigint"]),
    ("ALTER SEQUENCE numbers OWNED BY counted.id", &["- owner of sequence numbers on counted"]),
    ("ALTER SEQUENCE counted_id_seq OWNED BY NONE", &["+ owner of sequence counted_id_seq on counted"]),
    (
        "ALTER SEQUENCE counted_id_seq OWNED BY counted.other",
        &["~ owner of sequence counted_id_seq on counted: column other -> id"],
    ),
    ("COMMENT ON SEQUENCE numbers IS NULL", &["~ sequence numbers: comment none -> \"Even\""]),
    ("DROP SEQUENCE numbers", &["+ sequence numbers"]),
    ("CREATE SEQUENCE more", &["- sequence more"]),
];

pub const TYPES: &[Drift] = &[
    ("ALTER DOMAIN email DROP NOT NULL", &["~ domain email: not null no -> yes"]),
    (
        "ALTER DOMAIN email SET DEFAULT 'c'",
        &["~ domain email: default 'c'::character varying -> 'a@b'::character varying"],
    ),
    ("ALTER DOMAIN email DROP DEFAULT", &["~ domain email: default none -> 'a@b'::character varying"]),
    (
        "ALTER DOMAIN email DROP CONSTRAINT email_at",
        &["~ domain email: check none -> email_at expression (VALUE)::text ~~ '%@%'::text"],
    ),
    (
        "DROP DOMAIN email; CREATE DOMAIN email AS varchar(90) COLLATE \"C\" DEFAULT 'a@b' NOT NULL CONSTRAINT email_at CHECK (VALUE LIKE '%@%'); \
         COMMENT ON DOMAIN email IS 'Where to write'",
        &["~ domain email: type character varying(90) -> character varying(100)"],
    ),
    ("COMMENT ON DOMAIN email IS NULL", &["~ domain email: comment none -> \"Where to write\""]),
    ("DROP DOMAIN email", &["+ domain email"]),
    ("CREATE DOMAIN more AS int", &["- domain more"]),
    (
        "ALTER TYPE address ADD ATTRIBUTE more int",
        &[
            "~ composite type address: attributes [collation pg_catalog.\"C\" name street type text, name number type integer, name more type integer] -> [collation pg_catalog.\"C\" name street type text, name number type integer]",
        ],
    ),
    (
        "ALTER TYPE address RENAME ATTRIBUTE number TO no",
        &[
            "~ composite type address: attributes [collation pg_catalog.\"C\" name street type text, name no type integer] -> [collation pg_catalog.\"C\" name street type text, name number type integer]",
        ],
    ),
    ("COMMENT ON TYPE address IS NULL", &["~ composite type address: comment none -> \"Where to go\""]),
    ("CREATE TYPE more AS (x int)", &["- composite type more"]),
];

pub const AGGREGATES: &[Drift] = &[
    ("ALTER SEQUENCE numbers SET UNLOGGED", &["~ sequence numbers: unlogged yes -> no"]),
    (
        "DROP FUNCTION plain(integer); CREATE FUNCTION plain(integer) RETURNS integer LANGUAGE internal WINDOW AS 'window_row_number'",
        &["~ function plain(integer): body window_row_number -> int4abs, window yes -> no"],
    ),
    (
        "ALTER FUNCTION plain(integer) SUPPORT generate_series_int4_support",
        &["~ function plain(integer): support generate_series_int4_support -> none"],
    ),
    (
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4mul, stype = integer, initcond = '0')",
        &["~ aggregate total(integer): sfunc int4mul -> int4pl"],
    ),
    (
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '1')",
        &["~ aggregate total(integer): initcond 1 -> 0"],
    ),
    (
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '0', sspace = 64, \
         combinefunc = int4pl, parallel = restricted, sortop = <)",
        &["~ aggregate total(integer): combinefunc int4pl -> none, parallel restricted -> unsafe, sortop < -> none, \
           sspace 64 -> none"],
    ),
    (
        "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, initcond = '0', msfunc = int4pl, \
         minvfunc = int4mi, mstype = integer, minitcond = '0')",
        &["~ aggregate total(integer): moving initcond 0 minvfunc int4mi sfunc int4pl stype integer -> none"],
    ),
    (
        "DROP AGGREGATE total(integer); CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer, \
         initcond = '0', finalfunc = int4abs, finalfunc_modify = shareable); \
         COMMENT ON AGGREGATE total(integer) IS 'Adds up'",
        &["~ aggregate total(integer): finalfunc int4abs -> none, finalfunc modify shareable -> none"],
    ),
    ("COMMENT ON AGGREGATE total(integer) IS NULL", &["~ aggregate total(integer): comment none -> \"Adds up\""]),
    ("DROP AGGREGATE total(integer)", &["+ aggregate total(integer)"]),
    ("CREATE AGGREGATE more(*) (sfunc = int8inc, stype = bigint, initcond = '0')", &["- aggregate more()"]),
    (
        "ALTER TABLE bookings ALTER during TYPE text; DROP TYPE span; \
         CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi); \
         ALTER TABLE bookings ALTER during TYPE span USING during::span; \
         COMMENT ON TYPE span IS 'From here to there'",
        &["~ range type span: subtype diff float8mi -> none"],
    ),
    (
        "ALTER TYPE span_multirange RENAME TO spans",
        &["~ range type span: multirange type spans renamed to span_multirange"],
    ),
    ("COMMENT ON TYPE span IS NULL", &["~ range type span: comment none -> \"From here to there\""]),
    ("CREATE TYPE more AS RANGE (subtype = text)", &["- range type more"]),
    (
        "ALTER INDEX bookings_code_key SET (fillfactor = 80)",
        &["~ unique bookings_code_key on bookings: with fillfactor 80 -> fillfactor 70"],
    ),
    (
        "ALTER DOMAIN email DROP CONSTRAINT email_at; \
         ALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%') NOT VALID",
        &["~ domain email: check email_at expression (VALUE)::text ~~ '%@%'::text not_valid yes -> \
           email_at expression (VALUE)::text ~~ '%@%'::text"],
    ),
    (
        "COMMENT ON CONSTRAINT email_at ON DOMAIN email IS 'Has a host'",
        &["~ domain email: check email_at comment Has a host expression (VALUE)::text ~~ '%@%'::text -> \
           email_at expression (VALUE)::text ~~ '%@%'::text"],
    ),
    (
        "COMMENT ON COLUMN address.street IS 'Its name'",
        &[
            "~ composite type address: attributes [collation pg_catalog.\"C\" comment Its name name street type text, name number type integer] -> [collation pg_catalog.\"C\" name street type text, name number type integer]",
        ],
    ),
];

pub const SINCE_18: &[Drift] = &[
    (
        "/* 18 */ ALTER TABLE chunks ALTER CONSTRAINT chunks_tenant_fk NOT ENFORCED",
        &["~ foreign key chunks_tenant_fk on chunks: enforced no -> yes, validated no -> yes"],
    ),
    (
        "/* 18 */ ALTER TABLE chunks DROP CONSTRAINT chunks_size_range; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_range CHECK (size BETWEEN 1 AND 100) NOT ENFORCED",
        &["~ check chunks_size_range on chunks: enforced no -> yes, validated no -> yes"],
    ),
    (
        "/* 18 */ ALTER TABLE chunks DROP CONSTRAINT chunks_size_not_null; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_not_null NOT NULL size NOT VALID",
        &["~ column chunks.size: not null as not_valid yes -> none"],
    ),
    (
        "/* 18 */ ALTER TABLE chunks DROP CONSTRAINT chunks_size_not_null; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_not_null NOT NULL size NO INHERIT",
        &["~ column chunks.size: not null as no_inherit yes -> none"],
    ),
];
