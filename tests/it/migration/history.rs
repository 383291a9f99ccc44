//! Histories that somebody had a hand in: what is wrong with one is said before anything runs on it.

use super::*;

async fn refused(bench: &Bench) -> String {
    let client = bench.database.connect().await;
    let status = error_report(&migration::status(&client, &bench.read()).await.expect_err("status was to fail"));
    assert_eq!(bench.failure().await, status, "migrate says something else than status");
    status
}

#[tokio::test]
async fn a_number_that_stands_there_twice_is_named() {
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1"), ("V0002__b.sql", "select 2")]);
    bench.migrate().await.unwrap();
    bench.database.execute("alter table refinery_schema_history drop constraint refinery_schema_history_pkey");
    bench.database.execute(
        "insert into refinery_schema_history select version, 'other', applied_on, checksum \
         from refinery_schema_history where version = 2",
    );
    let said = refused(&bench).await;
    assert!(said.contains("says twice that version 2 was applied: `V0002__"), "{said}");
    assert!(said.contains("`V0002__other`") && said.contains("ADD PRIMARY KEY (version)"), "{said}");
}

#[tokio::test]
async fn what_is_no_checksum_is_shown_with_a_way_out() {
    let bench = Bench::new(16, &[("V0001__a.sql", "select 1")]);
    bench.migrate().await.unwrap();
    bench.database.execute("update refinery_schema_history set checksum = 'abc'");
    let said = refused(&bench).await;
    assert!(said.contains("version 1 holds `abc` where refinery writes a checksum"), "{said}");
    assert!(said.contains("migrate --fake 1"), "{said}");
}

#[tokio::test]
async fn columns_of_other_types_are_read_for_what_they_say() {
    let bench = Bench::new(18, &[("V0001__a.sql", "select 1")]);
    bench.migrate().await.unwrap();
    bench.database.execute(
        "alter table refinery_schema_history alter version type bigint, \
         alter checksum type numeric using checksum::numeric",
    );
    assert!(bench.status().await.is_clean());
}
