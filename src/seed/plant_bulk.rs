//! Planting a file of rows: straight into the table where nothing can be in its way, else over a stage.

use anyhow::{Context as _, Result};

use super::bulk::{CsvOptions, FileFormat, Rows, Source, check_columns, copy_in, target_columns};
use super::make::{Made, Spot};
use super::model::{BulkFile, BulkFormat, Mode, Piece, Tenant, TenantValue};
use super::plant::Planter;
use super::read::unique_keys;
use super::sequence;
use super::stage::{self, Counts, Stage, Subject};
use super::template::Position;
use crate::error::failure;
use crate::kind::{Column, KindTag};
use crate::schema::Id;
use crate::sql::quote_ident;

/// The names of the columns that a file gives.
pub(super) fn header(file: &BulkFile) -> Result<Vec<String>> {
    Ok(source(file).open()?.header().to_vec())
}

/// How many rows a file has, read through to its end.
pub(super) fn count(file: &BulkFile) -> Result<u64> {
    let mut reader = source(file).open()?;
    let mut rows = 0;
    while reader.next_record().map_err(|trouble| trouble.into_error(&file.shown))?.is_some() {
        rows += 1;
    }
    Ok(rows)
}

fn source(file: &BulkFile) -> Source {
    let format = match &file.format {
        BulkFormat::Csv { delimiter, null } => FileFormat::Csv(CsvOptions {
            delimiter: *delimiter,
            null: null.clone().unwrap_or_default(),
            ..CsvOptions::default()
        }),
        BulkFormat::Jsonl => FileFormat::Jsonl,
    };
    Source { path: file.path.clone(), shown: file.shown.clone(), format }
}

impl Planter<'_> {
    /// Plants a file of rows.
    ///
    /// # Errors
    /// A value is not what its column takes, with its line and column; the server refuses.
    pub(super) async fn bulk(&mut self, piece: &Piece, file: &BulkFile) -> Result<()> {
        let table = &piece.table;
        let source = source(file);
        let target = target_columns(self.client, &table.namespace, &table.name).await?;
        let reader = source.open()?;
        let target = check_columns((&file.shown, &table.name), reader.header(), &target)?;
        let direct = self.goes_straight(piece).await?;
        let progress = self.talk.progress(&file.shown, source.size());
        let counts = if direct {
            self.set_tenant_of(piece).await?;
            let rows = Rows::new(source, reader, (&table.namespace, &table.name), &target).with_progress(progress);
            let statement = rows.statement();
            let inserted = copy_in(self.client, &statement, rows).await?;
            self.no_twins(piece, file).await?;
            self.advance(piece, file).await?;
            Counts { inserted, ..Counts::default() }
        } else {
            self.over_a_stage(piece, file, |table| Rows::new(source, reader, table, &target).with_progress(progress))
                .await?
        };
        self.count(table, counts);
        Ok(())
    }

    /// Whether COPY may write the table itself: no policy filters, one tenant at most, and nothing is there to be found.
    async fn goes_straight(&self, piece: &Piece) -> Result<bool> {
        let one_tenant = !matches!(&piece.tenant, Some(Tenant { value: TenantValue::Column(_), .. }));
        if !self.sees_all || !one_tenant {
            return Ok(false);
        }
        if piece.mode == Mode::Insert {
            return Ok(true);
        }
        let sql = format!("SELECT NOT EXISTS (SELECT FROM {})", piece.table.sql());
        let row = self.client.query_one(&sql, &[]).await.map_err(|error| self.at(&piece.at, error.into()))?;
        Ok(row.get(0))
    }

    async fn set_tenant_of(&mut self, piece: &Piece) -> Result<()> {
        let Some(tenant) = &piece.tenant else { return Ok(()) };
        let text = self.tenant_text(tenant)?;
        self.set_tenant(Some(&tenant.setting), text.as_deref()).await.map_err(|error| self.at(&tenant.at, error))
    }

    /// The one tenant of a file; nothing where each row has its own.
    pub(super) fn tenant_text(&mut self, tenant: &Tenant) -> Result<Option<String>> {
        let TenantValue::Value(value) = &tenant.value else { return Ok(None) };
        let spot = Spot { place: "tenant", file: "", made_for: None, position: Position::default() };
        match self.maker.make(value, spot, &self.known).map_err(|error| self.at(&tenant.at, error))? {
            Made::Text(text) => Ok(Some(text)),
            Made::Sql(_) => Ok(None),
        }
    }

    /// Rows with one key, where no constraint would have found them.
    async fn no_twins(&self, piece: &Piece, file: &BulkFile) -> Result<()> {
        let kept_by_index = unique_keys(self.declared, &piece.table).contains(&piece.key);
        if piece.key.is_empty() || kept_by_index || piece.mode == Mode::Insert {
            return Ok(());
        }
        let key: Vec<String> = piece.key.iter().map(|name| quote_ident(name)).collect();
        let key = key.join(", ");
        let sql =
            format!("SELECT ROW({key})::text FROM {} GROUP BY {key} HAVING count(*) > 1 LIMIT 1", piece.table.sql());
        match self.client.query_opt(&sql, &[]).await? {
            None => Ok(()),
            Some(row) => Err(twins(file, &piece.key, Some(row.get(0)))),
        }
    }

    async fn advance(&self, piece: &Piece, file: &BulkFile) -> Result<()> {
        for name in &file.columns {
            let object = self.declared.object(&Id::of(KindTag::Column, &piece.table, name));
            if let Some(column) = object.and_then(|object| <&Column>::try_from(object).ok()) {
                sequence::advance(self.client, &piece.table, name, column, &piece.table.sql()).await?;
            }
        }
        Ok(())
    }

    async fn over_a_stage(
        &mut self,
        piece: &Piece,
        file: &BulkFile,
        rows: impl FnOnce((&str, &str)) -> Rows,
    ) -> Result<Counts> {
        self.stages += 1;
        let subject =
            Subject { table: &piece.table, columns: &file.columns, key: &piece.key, mode: piece.mode, kept: &[] };
        let stage = Stage::create(self.client, self.stages, self.declared, subject).await?;
        let tenant = piece.tenant.as_ref().map(|tenant| self.tenant_text(tenant)).transpose()?.flatten();
        let mut number = 0_i64;
        let rows = rows(("pg_temp", stage.bare_name())).with_lead(&stage::LEAD, move |_, cells| {
            number += 1;
            cells.bigint(number);
            match &tenant {
                Some(tenant) => cells.text(tenant),
                None => cells.null(),
            }
            Ok(())
        });
        let statement = rows.statement();
        copy_in(self.client, &statement, rows).await.with_context(|| format!("cannot plant `{}`", file.shown))?;
        if let Some(TenantValue::Column(column)) = piece.tenant.as_ref().map(|tenant| &tenant.value) {
            stage.own_tenant(column, false).await?;
        }
        if stage.twice().await?.is_some() {
            return Err(twins(file, &piece.key, None));
        }
        stage.analyze().await?;
        let setting = piece.tenant.as_ref().map(|tenant| tenant.setting.as_str());
        let mut total = Counts::default();
        for tenant in stage.tenants().await? {
            self.set_tenant(setting, tenant.as_deref()).await?;
            total.add(self.write_tenant(&stage, piece, tenant.as_deref()).await?);
        }
        stage.advance_sequences().await?;
        stage.drop().await?;
        Ok(total)
    }
}

fn twins(file: &BulkFile, key: &[String], values: Option<String>) -> anyhow::Error {
    let which = values.map(|values| format!(": {values}")).unwrap_or_default();
    let message = format!("{}: two rows have the same `{}`{which}", file.shown, key.join(", "));
    failure(message, "the key tells rows apart: give each another one; nothing was written")
}
