//! A range type, with the multirange type that comes along.

use serde::{Deserialize, Serialize};

use super::catalog::Value::Text;
use super::catalog::object;
use super::column::default_text;
use super::composite::by_name;
use super::{Granted, Kind, KindTag, Known, Object, Touch, swap};
use crate::hazard::{DELETES_DATA, Hazard, MAY_FAIL, REWRITES_TABLE};
use crate::plan::{Context, Step};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{qualified, quote_ident, quote_literal};

/// A range type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// What its bounds are.
    pub subtype: String,
    /// The operator class that sorts them, where it is not the default one.
    pub subtype_opclass: Option<String>,
    /// The collation, quoted for SQL, where it is not the subtype's own.
    pub collation: Option<String>,
    /// The function that tells how far apart two bounds are.
    pub subtype_diff: Option<String>,
    /// What the type of several such ranges is called, in the same namespace.
    pub multirange: String,
    /// Whether a new type takes its place because one takes the place of what it is made of.
    #[serde(skip)]
    pub anew: Known<bool>,
}

impl Kind for Range {
    const WORD: &'static str = "range type";
    const GRANTED: Option<Granted> = Some(Granted::Type);
    const IS_TYPE: bool = true;

    fn create(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let Self { subtype, subtype_opclass, collation, subtype_diff, multirange, anew: _ } = self;
        let mut options = vec![format!("subtype = {subtype}")];
        options.extend(subtype_opclass.as_ref().map(|class| format!("subtype_opclass = {class}")));
        options.extend(collation.as_ref().map(|name| format!("collation = {name}")));
        options.extend(subtype_diff.as_ref().map(|name| format!("subtype_diff = {name}")));
        if *multirange != Self::multirange_of(&id.name) {
            options.push(format!("multirange_type_name = {}", qualified(&id.namespace, multirange)));
        }
        vec![Step::safe(format!("CREATE TYPE {} AS RANGE ({})", id.sql(), options.join(", ")))]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(format!("DROP TYPE {}", id.sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { subtype: _, subtype_opclass: _, collation: _, subtype_diff: _, multirange, anew: _ } = to;
        if !self.is_swapped_for(to) {
            return Some(vec![Step::safe(self.rename_multirange(id, multirange))]);
        }
        Some(self.replace(to, id, cx))
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("TYPE {}", id.sql()))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER TYPE {} RENAME TO {}", from.sql(), quote_ident(to)))
    }

    fn also_called(&self) -> Option<&str> {
        Some(&self.multirange)
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let mut needs = schema.mentioned(&self.subtype);
        let called = self.subtype_diff.iter().flat_map(|name| schema.mentioned(&format!("{name}(")));
        needs.extend(called.filter(|need| need.kind == KindTag::Function));
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        needs
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: Touch<'_>) -> bool {
        // Its columns would lose their type.
        false
    }

    fn rebuilds(&self, to: &Self, id: &Id, schema: &Schema) -> Vec<Id> {
        let swapped = self.is_swapped_for(to);
        swapped.then(|| swap::users(id, schema)).into_iter().flatten().map(|(column, _)| column).collect()
    }

    fn is_swapped_for(&self, to: &Self) -> bool {
        // PostgreSQL has no statement that changes what a range is made of.
        to.anew.0 || Self { multirange: to.multirange.clone(), ..self.clone() } != *to
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.subtype = change(&self.subtype);
    }

    fn each_name(&mut self, change: &mut dyn FnMut(&str) -> String) {
        let names = [&mut self.subtype_opclass, &mut self.collation, &mut self.subtype_diff];
        names.into_iter().flatten().for_each(|name| *name = change(name));
    }

    fn follow_name(&mut self, _own: bool, from: &Id, to: &Id) {
        let shown = |id: &Id| if id.namespace == DEFAULT_NAMESPACE { id.name_sql() } else { id.sql() };
        if from.kind == KindTag::Function && self.subtype_diff == Some(shown(from)) {
            self.subtype_diff = Some(shown(to));
        }
    }

    fn catalog(_version: u32) -> String {
        let named = |visible: &str, name: &str| {
            format!(
                "CASE WHEN {visible} THEN quote_ident({name}) ELSE quote_ident(n.nspname) || '.' || quote_ident({name}) END"
            )
        };
        let class = format!(
            "(SELECT {} FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = g.rngsubopc AND NOT o.opcdefault)",
            named("pg_opclass_is_visible(o.oid)", "o.opcname")
        );
        let diff = format!(
            "(SELECT {} FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.oid = g.rngsubdiff)",
            named("pg_function_is_visible(f.oid)", "f.proname")
        );
        let collation = "CASE WHEN g.rngcollation <> s.typcollation THEN \
            (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_collation co \
               JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = g.rngcollation) END";
        let object = object(&[
            ("subtype", Text("format_type(g.rngsubtype, NULL)")),
            ("subtype_opclass", Text(&class)),
            ("collation", Text(collation)),
            ("subtype_diff", Text(&diff)),
            ("multirange", Text("m.typname")),
        ]);
        // A canonical function takes the type before that is made, which only functions in C can do.
        format!(
            "SELECT 'pg_type'::regclass, t.oid, 0, t.nspname, '', t.typname, 0, {object} \
               FROM typ t JOIN pg_range g ON g.rngtypid = t.oid JOIN pg_type s ON s.oid = g.rngsubtype \
               JOIN pg_type m ON m.oid = g.rngmultitypid WHERE t.typtype = 'r' AND g.rngcanonical = 0"
        )
    }
}

impl Range {
    /// The new type in the place of the old one. Both cannot be there at once, whatever they are called: the functions that
    /// make ranges keep their names. So the values wait as texts.
    fn replace(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let (mut aside, mut back) = (Vec::new(), Vec::new());
        for (column, from) in swap::users(id, cx.current) {
            // A column that is made anew is made of the new type.
            let wish = cx.desired.object(&column).filter(|_| !cx.replaced.contains(&column));
            let Some(Object::Column(wish)) = wish else { continue };
            let (table, name) = (format!("ALTER TABLE {}", column.table_sql()), column.name_sql());
            let rewrites = || REWRITES_TABLE.because(format!("`{}`", column.owner)).of_rows(column.table());
            let text = if from.r#type.ends_with("[]") { "text[]" } else { "text" };
            if from.default.is_some() {
                aside.push(Step::safe(format!("{table} ALTER COLUMN {name} DROP DEFAULT")));
            }
            let sql = format!("{table} ALTER COLUMN {name} TYPE {text} USING {name}::{text}");
            aside.push(Step::risky(sql, [rewrites()]));
            let sql = format!("{table} ALTER COLUMN {name} TYPE {0} USING {name}::{0}", wish.r#type);
            back.push(Step::risky(
                sql,
                [rewrites(), MAY_FAIL.because("values that the new type cannot hold").of_rows(column.table())],
            ));
            if let Some(default) = &wish.default {
                back.push(Step::safe(format!("{table} ALTER COLUMN {name} SET DEFAULT {}", default_text(default))));
            }
        }
        let kept = cx.kept_comment(id).map(|text| format!("COMMENT ON TYPE {} IS {}", id.sql(), quote_literal(text)));
        let mut create = to.create(id, cx);
        let what = format!("bounds of `{}`", id.name);
        let mut cut = swap::cast_hazards(id, &what, (&self.subtype, &to.subtype), cx);
        cut.retain(|hazard| *hazard.rule == DELETES_DATA);
        create[0].hazards.extend(cut);
        create[0].hazards.extend(self.misplaced(id, cx));
        let made = self.drop(id, cx).into_iter().chain(create).chain(kept.map(Step::safe));
        aside.into_iter().chain(made).chain(back).collect()
    }

    /// That the parts of bounds would be read in another order than they were written in: a text has no names for them.
    fn misplaced(&self, id: &Id, cx: &Context<'_>) -> Option<Hazard> {
        let of = cx.current.mentioned(&self.subtype).into_iter().find(|of| swap::is_swapped_type(of, cx))?;
        let what = format!("bounds of `{}`: the parts of `{}` come in other places", id.name, of.name);
        by_name::needs_names(&of, cx).then(|| DELETES_DATA.because(what))
    }

    /// `ALTER TYPE … RENAME TO` for the multirange type.
    pub(crate) fn rename_multirange(&self, id: &Id, to: &str) -> String {
        format!("ALTER TYPE {} RENAME TO {}", qualified(&id.namespace, &self.multirange), quote_ident(to))
    }

    /// What PostgreSQL calls the multirange type of a range (`makeMultirangeTypeName`).
    pub fn multirange_of(name: &str) -> String {
        let long = match name.find("range") {
            Some(at) => format!("{}multi{}", &name[..at], &name[at..]),
            None => return crate::load::make(name, None, "multirange"),
        };
        let mut end = long.len().min(63);
        while !long.is_char_boundary(end) {
            end -= 1;
        }
        long[..end].to_owned()
    }
}
