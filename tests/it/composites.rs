//! Values of composite types keep their parts by name, wherever they lie, when the type gets others or another order.

use super::converge::{converge, open};
use crate::support;

/// A type within all that there is for it to lie in.
const NESTED: &str = r#"
[composite.person]
attributes = { first = "text", last = "text" }
[domain.guest]
type = "person"
[domain.crowd]
type = "person[]"
[composite.party]
attributes = { x = "integer", n = "person", d = "guest", a = "person[]", da = "guest[]", m = "crowd" }
[domain.ball]
type = "party"
[composite.season]
attributes = { o = "party", os = "party[]", p = "text" }
[table.t]
column.plain = "person"
column.arr = "person[]"
column.dom = "guest"
column.doma = "guest[]"
column.ou = "party"
column.oua = "party[]"
column.m = "crowd"
column.f = "season"
column.fa = "season[]"
column.b = "ball"
column.other = "guest"
"#;

const ROWS: &str = "
INSERT INTO t VALUES (('Ada', 'Byron'), ARRAY[('Ada', 'Byron')::person, NULL], ('Ada', 'Byron'),
    ARRAY[('Ada', 'Byron')::guest], (1, ('Ada', 'Byron'), ('Ada', 'Byron'), ARRAY[('Ada', 'Byron')::person],
    ARRAY[('Ada', 'Byron')::guest], ARRAY[('Ada', 'Byron')::person]), NULL, ARRAY[('Ada', 'Byron')::person]);
UPDATE t SET oua = ARRAY[ou, NULL], b = ou, other = dom;
UPDATE t SET f = ROW(ou, oua, 'p');
UPDATE t SET fa = ARRAY[f, f];
INSERT INTO t DEFAULT VALUES;
INSERT INTO t VALUES (NULL, '{}', NULL, '{}', ROW(1, NULL, NULL, NULL, '{}', NULL));";

const SHOWN: &str =
    "SELECT replace(string_agg(to_jsonb(t)::text, E'\\n' ORDER BY to_jsonb(t)::text), '\"mid\": null, ', '') FROM t";

fn kept_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let database = support::server(major).database("composites");
        let client = open(&database).await;
        converge(&client, NESTED).await;
        client.batch_execute(ROWS).await.unwrap();
        let shown = async || client.query_one(SHOWN, &[]).await.unwrap().get::<_, String>(0);
        let before = shown().await;
        let parts = r#"first = "text", last = "text""#;
        let turned = r#"last = "text", first = "text""#;
        for to in [
            NESTED.replace(parts, turned),
            NESTED.replace(parts, r#"mid = "text", last = "text", first = "text""#),
            NESTED.replace(parts, r#"first = "text", mid = "text", last = "text""#),
            // And what becomes another type in the same go.
            NESTED.replace(parts, turned).replace(r#"other = "guest""#, r#"other = "person""#),
            NESTED.replace(parts, turned),
            NESTED.to_owned(),
        ] {
            converge(&client, &to).await;
            assert_eq!(shown().await, before, "{to}");
        }
    });
}

#[test]
fn parts_of_values_keep_their_names_16() {
    kept_on(16);
}

#[test]
fn parts_of_values_keep_their_names_18() {
    kept_on(18);
}
