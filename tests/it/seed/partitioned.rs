//! A table that is spread over partitions: its own policies bind whoever goes through it, and its own FORCE is lifted.

use super::{MANY, NOTES, Seeding};

#[test]
fn a_partitioned_table_is_lifted_and_closed_like_any_other() {
    let schema = NOTES.replace(
        "[table.notes]\nprimary_key  = [\"id\"]",
        "[table.notes]\nprimary_key  = [\"id\", \"tenant_id\"]\npartition_by = \"hash (tenant_id)\"",
    );
    let seeding = Seeding::new(18, &schema);
    seeding.project.write(
        "migrations/V0002__partitions.sql",
        "-- hazards: weakens_access\n\
         CREATE TABLE notes_0 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 0);\n\
         CREATE TABLE notes_1 PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 1);\n",
    );
    let migrated = seeding.run(&["migrate"]);
    assert_eq!(migrated.code, 0, "{migrated}");
    let settled = seeding.run(&["diff"]);
    assert!(settled.code == 0 && settled.stderr.contains("2 partitions"), "{settled}");
    seeding.seed("many.toml", &format!("tenant = {{ ref = \"tenants.many\" }}\n{MANY}"));
    let run = seeding.plant();
    assert!(run.stderr.contains("notes    15 inserted") && run.stderr.contains("FORCE was lifted"), "{run}");
    assert!(seeding.plant().stderr.contains("notes    15 unchanged"));
    assert_eq!(seeding.value("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'notes'"), "t");
    // Left open by somebody, it is refused like any other.
    seeding.database.execute("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY");
    let refused = seeding.run(&["seed"]);
    assert!(refused.code == 3 && refused.stderr.contains("left row security of `notes` open"), "{refused}");
    assert_eq!(seeding.run(&["seed", "--heal"]).code, 0);
    seeding.all_closed();
}
