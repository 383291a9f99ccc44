//! What code relies on and does not find any more, and what everybody waits for.

/// What is allowed beside it.
pub const ALLOWED: &str = "weakens_access,deletes_data,rewrites_table,builds_index,may_fail";

/// Files after which code fails, or for which it waits.
pub const ATTACKS: &[&str] = &[
    "ALTER TABLE counted ALTER id DROP IDENTITY",
    "ALTER TABLE counted ALTER n DROP DEFAULT",
    "ALTER TABLE counted DROP CONSTRAINT counted_pkey",
    "ALTER TABLE shown ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE bare ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "DROP POLICY own ON notes",
    "DROP POLICY member ON deals",
    "REFRESH MATERIALIZED VIEW mat",
    "ALTER TABLE bare ADD z int; CREATE TABLE z AS SELECT * FROM notes",
    "ALTER TABLE tenants ADD z int; SELECT pg_sleep_for('1 s')",
];

/// What looks like one of them and does no harm.
pub const HARMLESS: &[&str] = &[
    "ALTER TABLE counted ALTER m DROP DEFAULT",
    "ALTER TABLE counted ALTER n DROP DEFAULT, ALTER n SET DEFAULT 2",
    "ALTER TABLE counted ALTER n DROP DEFAULT; ALTER TABLE counted ALTER n SET DEFAULT 2",
    "ALTER TABLE counted DROP CONSTRAINT positive",
    "ALTER TABLE bare ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE z (id int PRIMARY KEY); ALTER TABLE z DROP CONSTRAINT z_pkey; ALTER TABLE z ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE bare ADD z int; SELECT count(*) FROM tenants",
    "SELECT pg_sleep_for('1 ms')",
];
