//! A rename as the statement that makes it.

use crate::diff::Change;
use crate::kind::{Composite, KindTag, Object, Range};
use crate::plan::{Move, Step};
use crate::schema::Schema;

/// The first of some renames; what those behind it have renamed again is found under its last name.
pub(super) fn rename_move(renames: &[Change], current: &Schema) -> Option<Move> {
    let (rename, later) = renames.split_first()?;
    let (sql, hazard) = match rename {
        Change::Rename { from, to } => {
            // Nobody names a constraint, an index or a policy in a query.
            let visible = !from.kind.belongs_to_table() || from.kind == KindTag::Column;
            let hazard = visible.then(|| crate::kind::renamed(&from.name, &to.name));
            let last = later.iter().fold(to, |name, next| match next {
                Change::Rename { from, to } if from == name => to,
                _ => name,
            });
            (current.object(last)?.rename(from, &to.name)?, hazard)
        }
        Change::RenameValue { id, from, to } => {
            let sql = match current.object(id)? {
                Object::Enum(of) => of.rename_value(id, from, to),
                Object::Composite(_) => Composite::rename_attribute(id, from, to),
                Object::Range(of) => Range { multirange: from.clone(), ..of.clone() }.rename_multirange(id, to),
                _ => return None,
            };
            (sql, Some(crate::kind::renamed(from, to)))
        }
        _ => return None,
    };
    Some(Move { change: rename.clone(), steps: vec![Step::risky(sql, hazard)], interim: None })
}
