//! Which column a sequence belongs to.

use serde::{Deserialize, Serialize};

use super::catalog::Value::Text;
use super::catalog::object;
use super::sequence::{becomes_identity, goes, goes_with_its_column, out_of_the_way, owner};
use super::{Kind, KindTag, Touch};
use crate::plan::{Context, Step, owner_of};
use crate::schema::{Id, Schema};
use crate::sql::{dollar_quote, quote_ident, quote_literal};

/// That a sequence belongs to a column: it goes with it. It is a part of the table, under the sequence's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOwner {
    /// The column.
    pub column: String,
}

impl SequenceOwner {
    pub(super) fn column(&self, id: &Id) -> Id {
        Id { kind: KindTag::Column, name: self.column.clone(), ..id.clone() }
    }
}

/// The statement that gives a sequence to the role that a table belongs to, whoever that is where it runs.
fn handed_over(sequence: &Id, table: &Id) -> Step {
    let change = quote_literal(&format!("ALTER SEQUENCE {} OWNER TO %I", sequence.sql().replace('%', "%%")));
    let table = quote_literal(&table.sql());
    let owner = format!("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = {table}::regclass");
    let body = format!("\nBEGIN\n    EXECUTE format({change}, ({owner}));\nEND\n");
    Step::safe(format!("DO {}", dollar_quote(&body)))
}

/// The sequence that a [`SequenceOwner`] is about.
fn sequence(id: &Id) -> Id {
    Id::new(KindTag::Sequence, &id.namespace, &id.name)
}

impl Kind for SequenceOwner {
    const WORD: &'static str = "owner of sequence";
    const BELONGS_TO_TABLE: bool = true;
    const GOES_FIRST: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let column = format!("{}.{}", id.table_sql(), quote_ident(&self.column));
        let sequence = sequence(id);
        let tied = Step::safe(format!("ALTER SEQUENCE {} OWNED BY {column}", sequence.sql()));
        // "The specified table must have the same owner", and a new one is the role's that makes it.
        let differs = id.table().filter(|table| owner_of(table, cx) != owner_of(&sequence, cx));
        differs.map(|table| handed_over(&sequence, &table)).into_iter().chain([tied]).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let id = sequence(id);
        // One that goes by itself need not be told first; it goes when the column has another.
        let column_goes = owner(&id, cx.current).is_some_and(|column| goes(&column, cx));
        if goes_with_its_column(&id, cx) || !(column_goes || cx.desired.contains(&id)) {
            return Vec::new();
        }
        // The identity of a table that is made anew takes the name, while a partition counts with this one still.
        if becomes_identity(&id, cx).is_some_and(|column| goes(&column, cx)) {
            return out_of_the_way(&id).1.into();
        }
        vec![Step::safe(format!("ALTER SEQUENCE {} OWNED BY NONE", id.sql()))]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        Some(to.create(id, cx))
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        None
    }

    fn depends_on(&self, id: &Id, _schema: &Schema) -> Vec<Id> {
        [self.column(id), sequence(id)].into_iter().chain(id.table()).collect()
    }

    fn steps_aside(&self, _id: &Id, _other: &Id, _touch: Touch<'_>) -> bool {
        false
    }

    fn follow_name(&mut self, own: bool, from: &Id, to: &Id) {
        if own && from.kind == KindTag::Column && self.column == from.name {
            self.column.clone_from(&to.name);
        }
    }

    fn catalog(_version: u32) -> String {
        let object = object(&[("column", Text("a.attname"))]);
        format!(
            "SELECT 'pg_class'::regclass, 0::oid, 0, o.nspname, r.relname, o.relname, 0, {object} \
               FROM seq o JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = o.oid AND d.deptype = 'a' \
                AND d.refclassid = 'pg_class'::regclass \
               JOIN rel r ON r.oid = d.refobjid \
               JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid"
        )
    }
}
