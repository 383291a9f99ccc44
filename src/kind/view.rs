//! A view, or a materialized one.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::catalog::Value::{Json, Text};
use super::catalog::object;
use super::known::Known;
use super::parameters::{Parameters, alter_parameters, sorted, with_clause};
use super::{Granted, Kind, KindTag, Object, Touch, constraint};
use crate::hazard::{BREAKS_CODE, REWRITES_TABLE};
use crate::plan::{Context, Step, opened};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, as_stored, ident_list, names_in, quote_ident, quote_literal};

mod row_list;

pub(crate) use row_list::{adopt_row_lists, table_given, tables_given};

/// A view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The query.
    pub query: Expr,
    /// Names for its first columns; the server writes them into the query.
    pub columns: Vec<String>,
    /// Whether its rows are kept, and there.
    pub materialized: Option<Materialized>,
    /// Options such as `security_invoker`.
    #[serde(serialize_with = "sorted")]
    pub with: Parameters,
    /// Comments on its columns.
    pub column_comments: BTreeMap<String, String>,
    /// Its columns with their types, where the server has told them.
    #[serde(default, skip_serializing)]
    pub shape: Known<Vec<String>>,
}

/// What a materialized view has and a view has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Materialized {
    /// Whether it was filled.
    pub with_data: bool,
}

impl Kind for View {
    const WORD: &'static str = "view";
    const GRANTED: Option<Granted> = Some(Granted::Table);
    const OWNS: bool = true;
    const IS_TYPE: bool = true;
    const IS_RELATION: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let before = view_in(cx.current, id);
        let mut steps = vec![Step::risky(self.in_plan(cx).text(id, false), opened(self, before, id, cx))];
        steps.extend(self.comments_since(&BTreeMap::new(), id));
        steps
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = match view_in(cx.desired, id) {
            Some(_) if self.materialized.is_some_and(|m| m.with_data) => {
                Some(REWRITES_TABLE.because(format!("the rows of `{}` are computed again", id.name)))
            }
            Some(to) if to == self => None,
            Some(_) => Some(BREAKS_CODE.because(format!("columns of `{}` may go or change", id.name))),
            None => Some(BREAKS_CODE.because(format!("queries of `{}`", id.name))),
        };
        vec![Step::risky(format!("DROP {}", self.called(id)), hazard)]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { query, columns, materialized, with, column_comments: _, shape } = to;
        let mut steps = Vec::new();
        let weakens = opened(to, Some(self), id, cx);
        if (query, columns) != (&self.query, &self.columns) {
            // OR REPLACE can add columns at the end, and nothing else (manual, CREATE VIEW).
            let grows = !self.shape.0.is_empty() && shape.0.starts_with(&self.shape.0);
            if !grows || materialized.is_some() || self.materialized.is_some() {
                return None;
            }
            let changed = BREAKS_CODE.because(format!("`{}` may give other rows than before", id.name));
            steps.push(Step::risky(to.in_plan(cx).text(id, true), weakens.into_iter().chain([changed])));
        } else if materialized.is_some() != self.materialized.is_some() {
            return None;
        } else {
            let mut options = alter_parameters(&self.with, with, &self.called(id));
            if let Some(first) = options.first_mut() {
                first.hazards.extend(weakens);
            }
            steps.extend(options);
            // What is kept of its rows is the same, and stays.
            let other_rows = materialized.is_none() && to.is_of_other_rows(cx.current, cx.desired);
            steps.extend(other_rows.then(|| Step::safe(to.in_plan(cx).text(id, true))));
        }
        if self.materialized != *materialized {
            let no = if materialized.is_some_and(|m| m.with_data) { "" } else { " WITH NO DATA" };
            steps.push(Step::safe(format!("REFRESH {}{no}", self.called(id))));
        }
        steps.extend(to.comments_since(&self.column_comments, id));
        Some(steps)
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(self.called(id))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER {} RENAME TO {}", self.called(from), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = constraint::mentioned_in_query(self.query.as_str(), schema);
        needs.extend(self.columns_given(&needs, schema));
        // Grouped by its primary key, a table's other columns may stand alone: then the view leans on the key.
        if names_in(self.query.as_str()).iter().any(|name| name == "group") {
            let tables = needs.iter().filter(|need| need.kind == KindTag::Table);
            let keys = tables.flat_map(|table| schema.children_of(table, KindTag::PrimaryKey));
            let keys: Vec<Id> = keys.map(|(key, _)| key.clone()).collect();
            needs.extend(keys);
        }
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        let mut seen = HashSet::new();
        needs.retain(|need| seen.insert(need.clone()));
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            // What it reads may go only where something else takes its part.
            Touch::Replaced | Touch::Rebuilt | Touch::Dropped => true,
            // "cannot alter type of a column used by a view or rule"
            Touch::Altered(Object::Column(from), Object::Column(to)) => from.is_retyped(to),
            Touch::Altered(from, to) => from.is_swapped_for(to),
        }
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        if self.options() == live.options() {
            self.with.clone_from(&live.with);
        }
        // That it begins empty says nothing of later.
        if let (Some(Materialized { with_data: false }), Some(_)) = (self.materialized, live.materialized) {
            self.materialized = live.materialized;
        }
        // Two that say the same have the same columns.
        if self == live {
            self.shape = live.shape.clone();
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        vec![&mut self.query]
    }

    fn twin(self) -> Self {
        let with = if self.materialized.is_some() { Parameters::new() } else { self.with };
        Self { materialized: None, with, column_comments: BTreeMap::new(), ..self }
    }

    fn take_wording(&mut self, found: Self) {
        let Self { query, columns, shape, .. } = found;
        (self.query, self.columns, self.shape) = (query, columns, shape);
    }

    fn catalog(_version: u32) -> String {
        let columns = "FROM pg_attribute a WHERE a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped";
        let shape = format!(
            "SELECT json_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attcollation) \
                    ORDER BY a.attnum) {columns}"
        );
        let comments = "COALESCE((SELECT json_object_agg(a.attname, d.description) FROM pg_description d \
             JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid \
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = v.oid AND d.objsubid > 0), '{}')";
        let object = object(&[
            ("query", Text("rtrim(pg_get_viewdef(v.oid), ';')")),
            ("columns", Json("'[]'")),
            (
                "materialized",
                Json("CASE WHEN v.relkind = 'm' THEN json_build_object('with_data', v.relispopulated) END"),
            ),
            (
                "with",
                Json(
                    "COALESCE((SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) \
                     FROM unnest(v.reloptions) o), '{}')",
                ),
            ),
            ("column_comments", Json(comments)),
            ("shape", Json(&format!("({shape})"))),
        ]);
        format!(
            "SELECT 'pg_class'::regclass, v.oid, 0, v.nspname, '', v.relname, 0, {object} \
               FROM own v WHERE v.relkind IN ('v', 'm')"
        )
    }
}

fn view_in<'a>(schema: &'a Schema, id: &Id) -> Option<&'a View> {
    schema.object(id).and_then(|object| object.try_into().ok())
}

/// Whether an option is on, in the server's reading: the beginning of a word will do.
fn is_yes(value: &str) -> bool {
    value == "1" || value == "on" || (!value.is_empty() && ["true", "yes"].iter().any(|yes| yes.starts_with(value)))
}

impl View {
    /// What its options mean: what is off is what it is anyway, and every way to say yes is one.
    pub(crate) fn options(&self) -> Parameters {
        let said = self.with.iter().filter_map(|(name, value)| {
            let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
            match name.as_str() {
                "security_invoker" | "security_barrier" => is_yes(&value).then(|| (name, "true".to_owned())),
                _ => Some((name, value)),
            }
        });
        said.collect()
    }

    /// Whether it reads with the rights of whoever asks it.
    pub(crate) fn is_invokers(&self) -> bool {
        self.materialized.is_none() && self.options().contains_key("security_invoker")
    }

    /// The columns that it reads of rows which some of what it needs gives.
    fn columns_given(&self, needs: &[Id], schema: &Schema) -> Vec<Id> {
        let tables: Vec<Id> = needs.iter().filter_map(|need| table_given(need, schema)).collect();
        if tables.is_empty() {
            return Vec::new();
        }
        let read = names_in(self.without_row_lists(&[schema]).query.as_str());
        let columns = tables.iter().flat_map(|table| schema.children_of(table, KindTag::Column));
        columns.map(|(column, _)| column).filter(|column| read.contains(&column.name)).cloned().collect()
    }

    /// Whether it calls functions that give rows which have other columns then.
    pub(crate) fn is_of_other_rows(&self, current: &Schema, desired: &Schema) -> bool {
        let columns = |schema: &Schema, table: &Id| {
            schema.children_of(table, KindTag::Column).map(|(column, _)| column.clone()).collect::<Vec<_>>()
        };
        let tables = tables_given(self.query.as_str(), desired);
        tables.iter().any(|table| current.contains(table) && columns(current, table) != columns(desired, table))
    }

    /// It as a plan makes it, which may change such rows.
    fn in_plan(&self, cx: &Context<'_>) -> Self {
        let moves = self.is_of_other_rows(cx.current, cx.desired);
        if moves { self.without_row_lists(&[cx.current, cx.desired]) } else { self.clone() }
    }

    /// How statements name it.
    fn called(&self, id: &Id) -> String {
        let kind = if self.materialized.is_some() { "MATERIALIZED VIEW" } else { "VIEW" };
        format!("{kind} {}", id.sql())
    }

    fn text(&self, id: &Id, replace: bool) -> String {
        let Self { query, columns, materialized, with, column_comments: _, shape: _ } = self;
        let replace = if replace { "OR REPLACE " } else { "" };
        let mut text = format!("CREATE {replace}{}", self.called(id));
        if !columns.is_empty() {
            text.push_str(&format!(" ({})", ident_list(columns)));
        }
        text.push_str(&with_clause(with));
        text.push_str(&format!(" AS\n{}", as_stored(query.trimmed())));
        if materialized.is_some_and(|m| !m.with_data) {
            text.push_str("\nWITH NO DATA");
        }
        text
    }

    /// An empty table that has the view's columns.
    pub(crate) fn as_table(&self, table: &Id) -> String {
        let columns = if self.columns.is_empty() { String::new() } else { format!(" ({})", ident_list(&self.columns)) };
        format!("CREATE TABLE {}{columns} AS\n{}\nWITH NO DATA", table.sql(), self.query.trimmed())
    }

    /// The comments on columns that differ from those of before.
    fn comments_since(&self, before: &BTreeMap<String, String>, id: &Id) -> Vec<Step> {
        let names: HashSet<&String> = before.keys().chain(self.column_comments.keys()).collect();
        let mut names: Vec<&String> = names.into_iter().collect();
        names.sort();
        let changed = names.into_iter().filter(|name| before.get(*name) != self.column_comments.get(*name));
        let say = |name: &String| {
            let text = self.column_comments.get(name).map_or_else(|| "NULL".to_owned(), |text| quote_literal(text));
            Step::safe(format!("COMMENT ON COLUMN {}.{} IS {text}", id.sql(), quote_ident(name)))
        };
        changed.map(say).collect()
    }
}
