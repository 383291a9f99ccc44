//! Our inspection against sea-schema's queries and parsers, on what those read soundly: the columns of a table, their
//! order of types, NULL, identity, and whole and partly known types. What they lose (modifiers of `vector` or of arrays,
//! generated expressions) is left to our own tests.

use std::collections::HashMap;

use dbtool::inspect::{Scope, inspect};
use dbtool::kind::{Column, KindTag};
use dbtool::schema::Id;
use dbtool::types;
use sea_query::{Alias, IntoIden as _, PostgresQueryBuilder};
use sea_schema::postgres::def::{ColumnInfo, Type};
use sea_schema::postgres::query::{ColumnQueryResult, SchemaQueryBuilder};

use super::converge::{converge, open};
use crate::support;

const TOML: &str = r#"
    [enum.mood]
    values = ["good", "bad"]
    [table.everything]
    primary_key = ["id"]
    [table.everything.column]
    id         = { type = "bigint", identity = "always" }
    small      = { type = "smallint", not_null = true, default = 1 }
    whole      = "integer"
    flag       = { type = "boolean", not_null = true, default = true }
    short      = "varchar(20)"
    fixed      = "char(3)"
    free       = { type = "text", default = "'x'" }
    price      = "numeric(10,4)"
    any_number = "numeric"
    single     = "real"
    double     = "double precision"
    day        = "date"
    span       = "interval"
    key        = { type = "uuid", default = "gen_random_uuid()" }
    document   = "jsonb"
    raw_json   = "json"
    bytes      = "bytea"
    address    = "inet"
    network    = "cidr"
    spot       = "point"
    words      = "tsvector"
    feeling    = "mood"
"#;

/// sea-schema's reading of one table, through its own query and parser.
async fn second_opinion(client: &tokio_postgres::Client, table: &str) -> HashMap<String, ColumnInfo> {
    let builder = SchemaQueryBuilder::default();
    let query = builder.query_columns(Alias::new("public").into_iden(), Alias::new(table).into_iden());
    let rows = client.query(&query.to_string(PostgresQueryBuilder), &[]).await.unwrap();
    let enums = HashMap::from([("mood".to_owned(), vec!["good".to_owned(), "bad".to_owned()])]);
    let read = |row: &tokio_postgres::Row| ColumnQueryResult {
        column_name: row.get(0),
        column_type: row.get(1),
        column_default: row.get(2),
        column_generated: row.get(3),
        is_nullable: row.get(4),
        is_identity: row.get(5),
        numeric_precision: row.get(6),
        numeric_precision_radix: row.get(7),
        numeric_scale: row.get(8),
        character_maximum_length: row.get(9),
        character_octet_length: row.get(10),
        datetime_precision: row.get(11),
        interval_type: row.get(12),
        interval_precision: row.get(13),
        udt_name: row.get(14),
        udt_name_regtype: row.get(15),
    };
    rows.iter().map(|row| read(row).parse(&enums)).map(|column| (column.name.clone(), column)).collect()
}

/// The type without its modifier, as sea-schema's own names put it.
fn family(text: &str) -> Type {
    Type::from_str(&types::without_modifier(text), None, false)
}

#[tokio::test]
async fn columns_are_read_alike() {
    for major in support::with_vector() {
        let database = support::server(major).database("opinion");
        let client = open(&database).await;
        converge(&client, TOML).await;
        let ours = inspect(&client, &Scope::default()).await.unwrap().schema;
        let theirs = second_opinion(client.client(), "everything").await;
        let table = Id::new(KindTag::Table, "public", "everything");
        let mut seen = 0;
        for (id, entry) in ours.children_of(&table, KindTag::Column) {
            let column: &Column = (&entry.object).try_into().unwrap();
            let other = &theirs[&id.name];
            assert_eq!(column.not_null, other.not_null.is_some(), "{id}: NULL");
            assert_eq!(column.identity.is_some(), other.is_identity, "{id}: identity");
            assert_eq!(column.default.is_some(), other.default.is_some(), "{id}: default");
            if let Type::Enum(found) = &other.col_type {
                assert_eq!((column.r#type.as_str(), found.values.len()), ("mood", 2));
            } else {
                let same = std::mem::discriminant(&family(&column.r#type)) == std::mem::discriminant(&other.col_type);
                assert!(same, "{id}: {} is {:?}", column.r#type, other.col_type);
            }
            seen += 1;
        }
        assert_eq!(seen, theirs.len());
    }
}
