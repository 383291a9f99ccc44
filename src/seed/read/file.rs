//! A seed's TOML: what holds for the whole file, then its tables.

use super::Reading;
use super::{cell, table};
use crate::kind::KindTag;
use crate::load::Place;
use crate::load::fields::{self, Fields};
use crate::load::names;
use crate::load::tree::{Node, Table, Value as TomlValue};
use crate::schema::Id;
use crate::seed::model::{Cell, SeedFile, Tenant, TenantValue, Value};

/// What holds for every table of a file, unless the table says otherwise.
pub(super) struct Common {
    pub(super) setting: Option<String>,
    pub(super) tenant: Option<Tenant>,
    /// The names of the secrets.
    pub(super) secrets: Vec<String>,
    /// Those of them that are texts.
    pub(super) fixed: Vec<String>,
}

/// Reads the tree of a file.
pub(super) fn read(reading: &Reading<'_>, tree: &Table, at: usize) -> SeedFile {
    let top = Place { file: at, span: 0..0 };
    let mut fields = Fields::over(reading.report, tree, &top);
    let mut file = SeedFile::default();
    if let Some(node) = fields.take("environments") {
        let said: Vec<String> =
            fields::texts(reading.report, node).into_iter().map(|one| one.text.trim().to_owned()).collect();
        super::check_environments(reading, &said, &node.at);
        file.environments = Some(said);
    }
    let setting = fields.text("tenant_setting");
    if let Some(said) = setting.as_ref().filter(|said| !said.text.contains('.')) {
        let hint = "a setting of the application has a dot in its name: `app.tenant_id`";
        reading.report.hint(&said.at, format!("`{}` is one of PostgreSQL's own settings", said.text), hint);
    }
    let setting = setting.map(|said| said.text);
    let setting = setting.or_else(|| reading.tenant_setting.map(str::to_owned));
    let secrets = fields.take("secret").map(|node| secrets(reading, node)).unwrap_or_default();
    let fixed = secrets.iter().filter(|(_, cell)| matches!(cell.value, Value::Text(_)));
    let fixed = fixed.map(|(name, _)| name.clone()).collect();
    let names = secrets.iter().map(|(name, _)| name.clone()).collect();
    let mut common = Common { setting, tenant: None, secrets: names, fixed };
    common.tenant = fields.take("tenant").and_then(|node| tenant(reading, node, &common, None));
    file.secrets = secrets.into_iter().collect();
    file.writes =
        fields.texts("writes").into_iter().filter_map(|said| declared_table(reading, &said.text, &said.at)).collect();
    if let Some(node) = fields.take("table")
        && let Some(tables) = Fields::of(reading.report, node, &node.at)
    {
        for (name, field) in tables.rest() {
            let Some(table) = declared_table(reading, name, &field.key_at) else { continue };
            table::read(reading, &table, field, &common, &mut file.pieces);
        }
    }
    fields.finish();
    file.tenant = common.tenant;
    file
}

/// Values that are drawn once: `[secret.NAME]` with what makes them.
fn secrets(reading: &Reading<'_>, node: &Node) -> Vec<(String, Cell)> {
    let Some(fields) = Fields::of(reading.report, node, &node.at) else { return Vec::new() };
    let one = |(name, field): (&String, &crate::load::tree::Field)| {
        let value = cell::generator_of(reading, &field.node)?;
        if !matches!(value, Value::Token { .. } | Value::Text(_)) {
            let hint = "write `{ token = \"prefix_\", bytes = 32 }`, or the text itself";
            reading.report.hint(&field.node.at, "a secret is a token or a text", hint);
            return None;
        }
        Some((name.clone(), Cell { value, at: field.key_at.clone() }))
    };
    fields.rest().filter_map(one).collect()
}

/// The table of that name, which has to be declared.
pub(super) fn declared_table(reading: &Reading<'_>, name: &str, at: &Place) -> Option<Id> {
    let (namespace, bare) = names::split(name)?;
    let id = Id::new(KindTag::Table, &namespace, &bare);
    if reading.schema.contains(&id) {
        return Some(id);
    }
    let known = reading.schema.of_kind(KindTag::Table).map(|(id, _)| id.name.as_str());
    let near = crate::types::nearest(&bare, known);
    let hint = near.map_or("a seed writes declared tables only".to_owned(), |near| format!("did you mean `{near}`?"));
    reading.report.hint(at, format!("the table `{name}` is not declared in schema/"), hint);
    None
}

/// `tenant = ...`: a value, a reference, or `{ column = "tenant_id" }`, which only the rows of a table have.
pub(super) fn tenant(reading: &Reading<'_>, node: &Node, common: &Common, table: Option<&Id>) -> Option<Tenant> {
    let report = reading.report;
    let value = match &node.value {
        TomlValue::Table(keys) if keys.contains_key("column") => {
            let mut fields = Fields::of(report, node, &node.at)?;
            let column = fields.text("column")?;
            fields.finish();
            let has = |table: &Id| reading.schema.contains(&Id::of(KindTag::Column, table, &column.text));
            if table.is_some_and(|table| !has(table)) {
                report.say(&column.at, format!("the table has no column `{}`", column.text));
                return None;
            }
            TenantValue::Column(column.text)
        }
        TomlValue::Text(_) => {
            let text = fields::text(report, node)?;
            TenantValue::Value(Value::Text(crate::seed::template::Template::plain(&text.text)))
        }
        _ => TenantValue::Value(cell::reference(reading, node, None)?),
    };
    let Some(setting) = common.setting.clone() else {
        let hint = "say `tenant_setting = \"app.tenant_id\"` here or in dbtool.toml";
        report.hint(&node.at, "which setting holds the tenant is not known", hint);
        return None;
    };
    Some(Tenant { setting, value, at: node.at.clone() })
}
