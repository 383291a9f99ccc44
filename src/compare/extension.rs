//! Which extensions new ones need: the server knows, and is asked only where some are to be made.

use anyhow::Context as _;
use tokio_postgres::types::Type;

use crate::database::Database;
use crate::diff::Change;
use crate::kind::{KindTag, Object};
use crate::schema::{Id, Schema};

/// Notes at each extension that is to be made what it needs.
pub(super) async fn ask_what_is_required(
    database: &Database,
    desired: &mut Schema,
    changes: &[Change],
) -> anyhow::Result<()> {
    let made = changes.iter().filter_map(|change| match change {
        Change::Create(id) if id.kind == KindTag::Extension => Some(id.name.as_str()),
        _ => None,
    });
    let made: Vec<&str> = made.collect();
    // One alone waits for no other.
    if made.len() < 2 {
        return Ok(());
    }
    let sql = "SELECT v.name::text, v.requires::text[] FROM pg_catalog.pg_available_extension_versions v \
         JOIN pg_catalog.pg_available_extensions e ON e.name = v.name AND e.default_version = v.version \
        WHERE v.name = ANY ($1::text[]::name[]) AND v.requires IS NOT NULL";
    let rows = database
        .client()
        .query_typed(sql, &[(&made, Type::TEXT_ARRAY)])
        .await
        .context("cannot ask which extensions others need")?;
    for row in rows {
        let (name, requires): (String, Vec<String>) = (row.get(0), row.get(1));
        let entry = desired.get_mut(&Id::new(KindTag::Extension, "", &name));
        if let Some(Object::Extension(extension)) = entry.map(|entry| &mut entry.object) {
            extension.requires.0 = requires;
        }
    }
    Ok(())
}
