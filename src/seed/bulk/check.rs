//! The columns of a file against those of its table, before the first row is sent.

use anyhow::Context as _;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::error::failure;
use crate::sql::quote_ident;

/// A column of the table that is to be filled.
#[derive(Debug, Clone)]
pub struct TargetColumn {
    /// Its name.
    pub name: String,
    /// Its type; of a domain, what the domain is of.
    pub type_: Type,
    /// The type's modifier, -1 for none.
    pub modifier: i32,
    /// Whether it takes no null. A domain may refuse null on its own.
    pub not_null: bool,
    /// Whether it fills itself when nothing is said: a default, an identity, a domain's default.
    pub has_default: bool,
    /// Whether it is computed from others and so never written. An identity is not: COPY takes what it is given.
    pub generated: bool,
}

/// Asks of every column, in the order of their numbers.
const ATTRIBUTES: &str = "\
SELECT a.attname::text, a.attnotnull, a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, \
       a.attgenerated <> '' \
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
WHERE a.attrelid = $1::text::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// The columns of a table; both questions are asked at once.
pub async fn target_columns(client: &Client, schema: &str, table: &str) -> anyhow::Result<Vec<TargetColumn>> {
    let name = format!("{}.{}", quote_ident(schema), quote_ident(table));
    let select = format!("SELECT * FROM {name} LIMIT 0");
    let attributes = [(&name as &(dyn tokio_postgres::types::ToSql + Sync), Type::TEXT)];
    let asked = futures_util::future::try_join(client.prepare(&select), client.query_typed(ATTRIBUTES, &attributes));
    let (statement, attributes) = asked.await.with_context(|| format!("cannot look at table `{schema}.{table}`"))?;
    let columns = statement.columns().iter().zip(&attributes).map(|(column, row)| {
        let (not_null, has_default, generated) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        let (type_, modifier) = (column.type_().clone(), column.type_modifier());
        Ok(TargetColumn { name: column.name().to_owned(), type_, modifier, not_null, has_default, generated })
    });
    columns.collect()
}

/// The target of each of a file's columns, in their order; `shown` names the file and the table in messages.
pub fn check_columns(
    shown: (&str, &str),
    header: &[String],
    target: &[TargetColumn],
) -> anyhow::Result<Vec<TargetColumn>> {
    let (file, table) = shown;
    let mut found = Vec::with_capacity(header.len());
    for name in header {
        let Some(column) = target.iter().find(|column| column.name == *name) else {
            let message = format!("{file}:1: table `{table}` has no column `{name}`");
            let near = crate::types::nearest(name, target.iter().map(|column| column.name.as_str()));
            let names: Vec<_> = target.iter().map(|column| format!("`{}`", column.name)).collect();
            let hint =
                near.map_or_else(|| format!("it has {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err(failure(message, hint));
        };
        if column.generated {
            let message = format!("{file}:1: column `{name}` of `{table}` is generated and cannot be written");
            return Err(failure(message, "leave the column out of the file"));
        }
        found.push(column.clone());
    }
    let needed = |column: &&TargetColumn| column.not_null && !column.has_default && !column.generated;
    let missing = target.iter().filter(needed).find(|column| !header.contains(&column.name));
    if let Some(column) = missing {
        let message = format!("{file}:1: column `{}` of `{table}` is missing, and it takes no null", column.name);
        return Err(failure(message, "add the column to the file, or give it a default in the table"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_checked_before_rows() {
        let column = |name: &str, not_null, has_default, generated| TargetColumn {
            name: name.into(),
            type_: Type::TEXT,
            modifier: -1,
            not_null,
            has_default,
            generated,
        };
        let target = [
            column("id", true, true, false),
            column("tenant", true, false, false),
            column("note", false, false, false),
            column("sum", false, true, true),
        ];
        let check = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            check_columns(("x.csv", "items"), &names, &target).map_err(|error| crate::error::report(&error))
        };
        let names: Vec<_> = check(&["note", "tenant"]).unwrap().into_iter().map(|column| column.name).collect();
        assert_eq!(names, ["note", "tenant"]);
        for (names, expected) in [
            (&["tennant"][..], "error: x.csv:1: table `items` has no column `tennant`\nhint: did you mean `tenant`?\n"),
            (
                &["tenant", "sum"],
                "error: x.csv:1: column `sum` of `items` is generated and cannot be written\nhint: leave the column out of the file\n",
            ),
            (
                &["note"],
                "error: x.csv:1: column `tenant` of `items` is missing, and it takes no null\nhint: add the column to the file, or give it a default in the table\n",
            ),
        ] {
            assert_eq!(check(names).unwrap_err(), expected);
        }
    }
}
