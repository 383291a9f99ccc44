//! Running `seeds/*.sql` inside the guarded transaction, statement by statement.

use std::collections::BTreeSet;

use anyhow::Result;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::error::{DbError, ErrorPosition};

use super::model::{Script, ScriptStatement, SeedFile};
use super::plant::Planter;
use crate::error::failure;
use crate::load::Place;
use crate::source::byte_of_character;
use crate::sql::tokens;

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
            None => {
                for setting in self.settings() {
                    self.set_tenant(Some(&setting), None).await?;
                }
            }
        }
        let mut rows = 0;
        for statement in &script.statements {
            rows += self.statement(statement).await?;
        }
        Ok(rows)
    }

    /// The settings that hold tenants, in all of the files.
    fn settings(&self) -> BTreeSet<String> {
        let tenants = self.seeds.pieces().filter_map(|piece| piece.tenant.as_ref());
        tenants.map(|tenant| tenant.setting.clone()).collect()
    }

    async fn statement(&self, statement: &ScriptStatement) -> Result<u64> {
        let source = &self.seeds.sources[statement.at.file];
        let text = &source.text[statement.at.span.clone()];
        let messages = self.client.simple_query(text).await.map_err(|error| {
            let at = error.as_db_error().and_then(|server| position(server, text, &statement.at));
            self.at(&at.unwrap_or_else(|| first_word(text, &statement.at)), error.into())
        })?;
        let count = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::CommandComplete(rows) => *rows,
            _ => 0,
        };
        let rows = messages.iter().map(count).sum();
        if statement.writes && rows == 0 {
            let hint = "if that is meant, write `-- dbtool: may write nothing` above it; nothing was written";
            let error = failure("the statement was to write rows and wrote none", hint);
            return Err(self.at(&first_word(text, &statement.at), error));
        }
        Ok(if statement.writes { rows } else { 0 })
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
