//! Types and sequences.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

pub const TYPES: &[OneChange] = &[
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
    of(
        "Domain",
        "check.*.expression",
        "ALTER DOMAIN email DROP CONSTRAINT email_at; \
         ALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%.%')",
    ),
    of(
        "Domain",
        "check.*.not_valid",
        "ALTER DOMAIN email DROP CONSTRAINT email_at; \
         ALTER DOMAIN email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%') NOT VALID",
    ),
    of("Domain", "check.*.comment", "COMMENT ON CONSTRAINT email_at ON DOMAIN email IS 'As usual'"),
    of("Domain", COMMENT, "COMMENT ON DOMAIN email IS 'Another'"),
    of("Domain", EXTRA, "CREATE DOMAIN stray AS integer"),
    of("Domain", MISSING, "DROP DOMAIN email"),
    of("Composite", "attributes.name", "ALTER TYPE address RENAME ATTRIBUTE street TO road"),
    of("Composite", "attributes.type", "ALTER TYPE address ALTER ATTRIBUTE number TYPE bigint"),
    of("Composite", "attributes.collation", "ALTER TYPE address ALTER ATTRIBUTE street TYPE text COLLATE \"POSIX\""),
    of("Composite", "attributes.comment", "COMMENT ON COLUMN address.street IS 'Or square'"),
    of("Composite", COMMENT, "COMMENT ON TYPE address IS NULL"),
    of("Composite", EXTRA, "CREATE TYPE stray AS (a integer)"),
    of("Composite", MISSING, "DROP TYPE address"),
];

/// The type `words`, made anew.
macro_rules! words {
    ($options:literal) => {
        concat!("DROP TYPE words; CREATE TYPE words AS RANGE (", $options, "); COMMENT ON TYPE words IS 'From A to Z'")
    };
}

pub const RANGES: &[OneChange] = &[
    of("Range", "subtype", words!("subtype = varchar, subtype_opclass = text_pattern_ops, collation = \"C\"")),
    of("Range", "subtype_opclass", words!("subtype = text, subtype_opclass = text_ops, collation = \"C\"")),
    of("Range", "collation", words!("subtype = text, subtype_opclass = text_pattern_ops, collation = \"POSIX\"")),
    of("Range", "subtype_diff", "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8)"),
    of("Range", "multirange", "ALTER TYPE span_multirange RENAME TO spans"),
    of("Range", COMMENT, "COMMENT ON TYPE words IS NULL"),
    of("Range", EXTRA, "CREATE TYPE stray AS RANGE (subtype = integer)"),
    of("Range", MISSING, "DROP TYPE span"),
];

pub const SEQUENCES: &[OneChange] = &[
    of("Sequence", "type", "ALTER SEQUENCE numbers AS integer"),
    of("Sequence", "start", "ALTER SEQUENCE numbers START 12"),
    of("Sequence", "increment", "ALTER SEQUENCE numbers INCREMENT 4"),
    of("Sequence", "min", "ALTER SEQUENCE numbers MINVALUE 4"),
    of("Sequence", "max", "ALTER SEQUENCE numbers MAXVALUE 2000"),
    of("Sequence", "cache", "ALTER SEQUENCE numbers CACHE 5"),
    of("Sequence", "cycle", "ALTER SEQUENCE numbers NO CYCLE"),
    of("Sequence", "unlogged", "ALTER SEQUENCE numbers SET UNLOGGED"),
    of("Sequence", COMMENT, "COMMENT ON SEQUENCE numbers IS 'Odd'"),
    of("Sequence", EXTRA, "CREATE SEQUENCE stray"),
    of("Sequence", MISSING, "DROP SEQUENCE numbers"),
    of("SequenceOwner", "column", "ALTER SEQUENCE counted_id_seq OWNED BY counted.other"),
    of("SequenceOwner", MISSING, "ALTER SEQUENCE counted_id_seq OWNED BY NONE"),
    of("SequenceOwner", EXTRA, "ALTER SEQUENCE numbers OWNED BY counted.other"),
];
