//! An exclusion constraint: no two rows for which all of its operators hold.

use serde::{Deserialize, Serialize};

use super::catalog::Value::Text;
use super::catalog::object;
use super::constraint::INDEX_COMMENT;
use super::{Beside, Kind, Touch, constraint};
use crate::hazard::{BLOCKS_READS, BUILDS_INDEX, Build, MAY_FAIL};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::Expr;

pub(crate) mod parts;

/// An exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// All of it: `EXCLUDE USING gist (room WITH =, during WITH &&) …`.
    pub definition: Expr,
    /// The comment on its index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_comment: Option<String>,
}

impl Kind for Exclusion {
    const WORD: &'static str = "exclusion constraint";
    const BELONGS_TO_TABLE: bool = true;
    const IS_RELATION: bool = true;
    const IS_WORDED: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazards = [
            BLOCKS_READS.because(format!("`{}` is built", id.name)),
            BUILDS_INDEX.because(format!("`{}` on `{}`", id.name, id.owner)).building(Build::of("gist", false)),
            MAY_FAIL.because("rows that exclude each other"),
        ];
        let hazards = hazards.map(|hazard| hazard.of_rows(id.table()));
        constraint::on_table(id, cx, constraint::add_constraint(id, &self.text(id)), hazards)
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        vec![Step::safe(constraint::drop_constraint(id))]
    }

    fn alter(&self, to: &Self, _id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { definition, index_comment: _ } = to;
        (self.definition == *definition).then(Vec::new)
    }

    fn clause(&self, id: &Id) -> Option<String> {
        Some(self.text(id))
    }

    fn index_comment(&self) -> Option<&str> {
        self.index_comment.as_deref()
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        constraint::comment_target(id)
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        constraint::rename(from, to)
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let text = self.definition.as_str();
        let mut needs = constraint::mentioned_columns(id, text, schema);
        needs.extend(constraint::table_and_columns(id, std::iter::empty::<&str>()));
        needs.extend(schema.mentioned(text));
        needs.retain(|need| need != id);
        needs
    }

    fn beside(&self) -> Beside {
        Beside::Hinders("an exclusion constraint is about it")
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, touch: Touch<'_>) -> bool {
        matches!(touch, Touch::Replaced | Touch::Rebuilt)
    }

    fn adopt(&mut self, live: &Self, _goes: &dyn Fn(&Id) -> bool) {
        // The server puts a call between no parentheses, and anything else between two pairs.
        let same = parts::parts(self.definition.as_str())
            .is_some_and(|own| parts::parts(live.definition.as_str()) == Some(own));
        if same {
            self.definition.clone_from(&live.definition);
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        vec![&mut self.definition]
    }

    fn take_wording(&mut self, found: Self) {
        self.definition = found.definition;
    }

    fn catalog(_version: u32) -> String {
        let definition = ("definition", Text("pg_get_constraintdef(c.oid, false)"));
        let object = object(&[definition, ("index_comment", Text("said.description"))]);
        format!(
            "SELECT 'pg_constraint'::regclass, c.oid, 0, r.nspname, r.relname, c.conname, 0, {object} \
               FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid {INDEX_COMMENT} WHERE c.contype = 'x' AND c.conparentid = 0"
        )
    }
}

impl Exclusion {
    fn text(&self, id: &Id) -> String {
        format!("CONSTRAINT {} {}", id.name_sql(), self.definition.trimmed())
    }
}
