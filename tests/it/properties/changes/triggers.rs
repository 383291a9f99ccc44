//! Triggers.

use super::{COMMENT, EXTRA, MISSING, OneChange, of};

/// A trigger, made anew.
macro_rules! trigger {
    ($name:literal, $rest:literal) => {
        concat!("DROP TRIGGER ", $name, " ON things; CREATE TRIGGER ", $name, " ", $rest)
    };
}

pub const TRIGGERS: &[OneChange] = &[
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
    of(
        "Trigger",
        "from",
        "DROP TRIGGER things_constraint ON things; CREATE CONSTRAINT TRIGGER things_constraint AFTER INSERT ON things \
         FROM owners DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch()",
    ),
];
