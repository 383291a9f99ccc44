//! Partitions that somebody else makes, and those that the declaration makes: which of them are dbtool's business.

use super::converge::{assert_same, converge, declare, difference, lines, open};
use crate::support::{Project, server};

/// A table that is spread over partitions, with what else it says.
fn events(more: &str) -> String {
    format!(
        "[table.events]\npartition_by = \"range (id)\"\n{more}\ncolumn.id = {{ type = \"integer\", not_null = true }}\n\
         column.text = \"text\"\nindex.events_text_idx = {{ on = [\"text\"] }}\n"
    )
}

const ONE: &str = "[table.events_1]\npartition_of = \"events\"\nvalues = \"from (1) to (10)\"\n";

/// What a cron job does.
const OTHERS: &str = "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (10); \
    CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20) PARTITION BY LIST (id); \
    CREATE TABLE events_2_rest PARTITION OF events_2 DEFAULT; ALTER TABLE events_2_rest ADD PRIMARY KEY (id)";

#[tokio::test]
async fn nobody_elses_partitions_are_dropped() {
    let database = server(18).database("partitions");
    let client = open(&database).await;
    converge(&client, &events("")).await;
    database.execute(OTHERS);
    for more in ["", "partitions = \"unmanaged\""] {
        let found = difference(&client, &declare(&events(more))).await;
        assert!(found.is_same(), "{:?}", lines(&found));
        let seen: Vec<String> = found.unmanaged.iter().map(|one| format!("{} {}", one.kind, one.shown())).collect();
        assert_eq!(seen, ["partition events_1", "partition events_2", "partition events_2_rest"]);
    }
    // What is done to the table is done to them all the same.
    let wider =
        events("").replace("column.text = \"text\"", "column.text = \"varchar(50)\"\ncolumn.size = \"integer\"");
    converge(&client, &wider).await;
    let sizes = "SELECT count(*) FROM pg_attribute WHERE attname = 'size' AND attrelid::regclass::text LIKE 'events%'";
    assert_eq!(database.query_text(sizes), [["4"]]);
    converge(&client, &events("")).await;
}

#[tokio::test]
async fn where_one_is_declared_the_others_are_seen() {
    let database = server(16).database("partitions");
    let client = open(&database).await;
    converge(&client, &events("")).await;
    database.execute(OTHERS);
    let declared = events("") + ONE;
    let found = difference(&client, &declare(&declared)).await;
    assert_eq!(lines(&found), ["- table events_2: 2 columns", "- table events_2_rest: 2 columns"]);
    let refused = found.plan.steps().filter(|step| step.hazards.iter().any(|hazard| hazard.rule.refused));
    assert_eq!(refused.count(), 2, "each drop has to be allowed");
    let left = events("partitions = \"unmanaged\"") + ONE;
    let found = difference(&client, &declare(&left)).await;
    assert!(found.is_same() && found.unmanaged.len() == 2, "{:?}", lines(&found));
    let found = difference(&client, &declare(&events("partitions = \"managed\""))).await;
    assert_eq!(lines(&found).len(), 3, "{:?}", lines(&found));
    converge(&client, &declared).await;
}

/// What lies in the tables stays where it is, whatever is attached, detached and moved.
#[tokio::test]
async fn rows_stay_when_bounds_move() {
    let database = server(18).database("partitions");
    let client = open(&database).await;
    converge(&client, &(events("") + ONE)).await;
    database.execute("INSERT INTO events VALUES (1, 'a'), (5, 'b')");
    let alone = "[table.events_1]\ncolumn.id = { type = \"integer\", not_null = true }\ncolumn.text = \"text\"\n";
    let steps = [
        events("") + &ONE.replace("(10)", "(20)"),
        events("partitions = \"managed\"") + alone,
        events("") + &ONE.replace("(10)", "(6)"),
    ];
    for toml in &steps {
        converge(&client, toml).await;
        assert_eq!(database.query_text("SELECT string_agg(text, '' ORDER BY id) FROM events_1"), [["ab"]], "{toml}");
    }
    assert_same(&client, &declare(&steps[2]), "at the end").await;
}

#[test]
fn pull_leaves_out_what_the_folder_leaves_to_others() {
    let database = server(18).database("partitions");
    database.execute(
        "CREATE TABLE events (id int NOT NULL, text text) PARTITION BY RANGE (id); CREATE TABLE other (a int)",
    );
    database.execute(OTHERS);
    let project = Project::new();
    let pull = || project.dbtool_at(&database.url, &["pull"]);
    assert_eq!(pull().code, 0);
    let file = project.read("schema/events.toml");
    for part in ["[table.events]", "[table.events_1]\npartition_of = \"events\"\nvalues       = \"FROM (1) TO (10)\"\n"]
    {
        assert!(file.contains(part), "{file}");
    }
    assert!(file.contains("partition_of = \"events_2\"") && file.contains("primary_key  = [\"id\"]"), "{file}");
    // Somebody leaves them to their cron job.
    let own = file.split("\n[table.events_1]").next().unwrap().to_owned();
    project.write("schema/events.toml", &own);
    let again = pull();
    assert!(again.code == 0 && again.stderr.contains("3 partitions"), "{again}");
    assert_eq!(project.read("schema/events.toml"), own);
}
