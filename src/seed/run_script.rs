//! Running `seeds/*.sql` inside the guarded transaction, statement by statement.

use std::collections::BTreeSet;

use anyhow::Result;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::model::{Script, ScriptStatement, SeedFile};
use super::plant::Planter;
use crate::error::failure;
use crate::load::Place;
use crate::source::byte_of_character;
use crate::sql::{quote_ident, tokens};

impl Planter<'_> {
    /// Runs the scripts, in the order of their names. Gives how many rows each wrote.
    ///
    /// # Errors
    /// A statement fails, or was to write rows and wrote none.
    pub(super) async fn scripts(&mut self) -> Result<Vec<(String, u64)>> {
        let mut all = Vec::new();
        for file in &self.seeds.files {
            if let Some(script) = &file.script {
                all.push((file.path.clone(), self.script(file, script).await?));
            }
        }
        Ok(all)
    }

    async fn script(&mut self, file: &SeedFile, script: &Script) -> Result<u64> {
        // The rows of the same name, in a `*.toml`, say for whom; nobody else's tenant is left over.
        let beside =
            self.seeds.files.iter().filter(|other| other.name == file.name).find_map(|other| other.tenant.as_ref());
        match script.tenant.as_ref().or(beside) {
            Some(tenant) => {
                let text = self.tenant_text(tenant)?;
                let set = self.set_tenant(Some(&tenant.setting), text.as_deref()).await;
                set.map_err(|error| self.at(&tenant.at, error))?;
            }
            None => self.clear_tenants().await?,
        }
        self.client.batch_execute("SET LOCAL search_path = public").await?;
        let before = self.written_so_far().await?;
        for statement in &script.statements {
            self.statement(statement).await?;
        }
        let rows = self.written_so_far().await? - before;
        for name in &script.temporary {
            self.client.batch_execute(&format!("DROP TABLE IF EXISTS pg_temp.{}", quote_ident(name))).await?;
        }
        Ok(u64::try_from(rows).unwrap_or_default())
    }

    /// How many rows of tables that stay the transaction has written, by whatever way.
    async fn written_so_far(&self) -> Result<i64> {
        let sql = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint
                   FROM pg_catalog.pg_stat_xact_user_tables WHERE schemaname !~ '^pg_temp'";
        Ok(self.client.query_one(sql, &[]).await?.get(0))
    }

    /// Takes back every tenant that the files set: what says no tenant is nobody's.
    pub(super) async fn clear_tenants(&self) -> Result<()> {
        let pieces = self.seeds.pieces().filter_map(|piece| piece.tenant.as_ref());
        let scripts = self.seeds.files.iter().filter_map(|file| file.script.as_ref()?.tenant.as_ref());
        let settings: BTreeSet<&str> = pieces.chain(scripts).map(|tenant| tenant.setting.as_str()).collect();
        for setting in settings {
            self.set_tenant(Some(setting), None).await?;
        }
        Ok(())
    }

    async fn statement(&self, statement: &ScriptStatement) -> Result<()> {
        let source = &self.seeds.sources[statement.at.file];
        let text = &source.text[statement.at.span.clone()];
        let before = if statement.writes { self.written_so_far().await? } else { 0 };
        // Prepared, so that the server itself refuses what would be more than one statement to it.
        let outcome = match self.client.prepare(text).await {
            Ok(prepared) => self.client.execute(&prepared, &[]).await,
            Err(error) => Err(error),
        };
        let rows = outcome.map_err(|error| {
            let at = error.as_db_error().and_then(|server| position(server, text, &statement.at));
            self.at(&at.unwrap_or_else(|| first_word(text, &statement.at)), error.into())
        })?;
        // Where the server does not count (`track_counts`), what it says of a plain statement has to do.
        let counted = rows > 0 && !text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("with"));
        if statement.writes && !counted && self.written_so_far().await? == before {
            let hint = "if that is meant, write `-- dbtool: may write nothing` above it; nothing was written";
            let error = failure("the statement was to write rows and wrote none", hint);
            return Err(self.at(&first_word(text, &statement.at), error));
        }
        Ok(())
    }
}

/// Where the server points.
fn position(server: &DbError, text: &str, at: &Place) -> Option<Place> {
    let Some(ErrorPosition::Original(position)) = server.position() else { return None };
    let start = byte_of_character(text, usize::try_from(*position).ok()?);
    let length = tokens(&text[start..]).ok().and_then(|all| all.first().map(|token| token.text.len())).unwrap_or(1);
    Some(Place { file: at.file, span: at.span.start + start..at.span.start + start + length })
}

fn first_word(text: &str, at: &Place) -> Place {
    let length = text.find(char::is_whitespace).unwrap_or(text.len());
    Place { file: at.file, span: at.span.start..at.span.start + length }
}
