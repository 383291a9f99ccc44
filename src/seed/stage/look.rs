//! What is asked of a stage: which rows are twice, which are new, which did not arrive, and what they became.

use super::{Counts, ORDINAL, Stage, differs, of_tenant};
use crate::seed::model::Mode;
use crate::sql::quote_ident;

impl Stage<'_> {
    /// Two rows with one key, if there are such.
    ///
    /// # Errors
    /// The server is lost.
    pub(in crate::seed) async fn twice(&self) -> Result<Option<(i64, i64)>, tokio_postgres::Error> {
        if self.key.is_empty() || self.mode == Mode::Insert {
            return Ok(None);
        }
        let key: Vec<String> = self.key.iter().map(|name| quote_ident(name)).collect();
        let sql = format!(
            "SELECT min({ORDINAL}), max({ORDINAL}) FROM {} WHERE num_nulls({key}) < {} GROUP BY {key} HAVING count(*) > 1 \
             ORDER BY 1 LIMIT 1",
            self.name,
            self.key.len(),
            key = key.join(", "),
        );
        Ok(self.client.query_opt(&sql, &[]).await?.map(|row| (row.get(0), row.get(1))))
    }

    /// The rows of a tenant that are not in the table yet.
    ///
    /// # Errors
    /// The role may not read the table.
    pub(in crate::seed) async fn fresh(&self, tenant: Option<&str>) -> Result<Vec<i64>, tokio_postgres::Error> {
        let (of_tenant, parameters) = of_tenant(&tenant);
        let missing = if self.looks() { format!(" AND {}", self.missing()) } else { String::new() };
        let sql = format!("SELECT {ORDINAL} FROM {} s WHERE {of_tenant}{missing}", self.name);
        Ok(self.client.query(&sql, &parameters).await?.iter().map(|row| row.get(0)).collect())
    }

    /// How many rows of a tenant are not in the table, or not as they should be, after they were written: what row
    /// security or a trigger has kept out without a word.
    ///
    /// # Errors
    /// The server refuses.
    pub(in crate::seed) async fn absent(
        &self,
        tenant: Option<&str>,
        counts: Counts,
    ) -> Result<u64, tokio_postgres::Error> {
        let (of_tenant, parameters) = of_tenant(&tenant);
        if !self.looks() {
            // Nobody may be able to read them: that they were inserted is what is known.
            return Ok(counts.unchanged);
        }
        let differs: Vec<String> = self
            .columns
            .iter()
            .filter(|(name, _)| self.mode == Mode::Upsert && !self.key.contains(name) && !self.kept.contains(name))
            .map(|(name, column)| differs(name, &column.r#type))
            .collect();
        let as_it_should =
            if differs.is_empty() { String::new() } else { format!(" AND NOT ({})", differs.join(" OR ")) };
        let sql = format!(
            "SELECT count(*) FROM {} s WHERE {of_tenant} AND NOT EXISTS (SELECT FROM {} t WHERE {}{as_it_should})",
            self.name,
            self.table.sql(),
            self.matches(),
        );
        let row = self.client.query_one(&sql, &parameters).await?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
    }

    /// Columns of a tenant's planted rows as text, by the number of the row.
    ///
    /// # Errors
    /// The role may not read the table.
    pub(in crate::seed) async fn look_up(
        &self,
        columns: &[String],
        tenant: Option<&str>,
    ) -> Result<Vec<(i64, Vec<Option<String>>)>, tokio_postgres::Error> {
        let (of_tenant, parameters) = of_tenant(&tenant);
        let named = |prefix: &str| {
            let one = |(at, name): (usize, &String)| format!("{prefix}.{}::text AS c{at}", quote_ident(name));
            columns.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
        };
        // One for each row, whatever else has the same key.
        let found = if self.looks() {
            format!(
                "LEFT JOIN LATERAL (SELECT {} FROM {} t WHERE {} LIMIT 1) f ON true",
                named("t"),
                self.table.sql(),
                self.matches()
            )
        } else {
            format!("LEFT JOIN LATERAL (SELECT {}) f ON true", named("s"))
        };
        let picked: Vec<String> = (0..columns.len()).map(|at| format!("f.c{at}")).collect();
        let sql = format!("SELECT s.{ORDINAL}, {} FROM {} s {found} WHERE {of_tenant}", picked.join(", "), self.name);
        let rows = self.client.query(&sql, &parameters).await?;
        let values = |row: &tokio_postgres::Row| (1..=columns.len()).map(|at| row.get(at)).collect();
        Ok(rows.iter().map(|row| (row.get(0), values(row))).collect())
    }
}
