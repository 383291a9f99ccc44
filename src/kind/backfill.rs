//! Values for the rows of a table in use, a few pages at a time.

use super::{KindTag, Object};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{dollar_quote, quote_literal};

/// What is filled where.
pub(super) struct Fill<'a> {
    /// The table, which has no children: a partition is one by itself.
    pub(super) table: &'a Id,
    /// What is set, as it stands behind `SET`.
    pub(super) set: String,
    /// Which rows it is missing in.
    pub(super) missing: String,
}

impl Fill<'_> {
    /// A block that commits after each batch, so that it has to run outside of a transaction. Rows that somebody holds are
    /// passed over and looked at again; cut off, it goes on where something is missing. A default that gives NULL fills
    /// nothing, which ends it.
    pub(super) fn step(&self, cx: &Context<'_>) -> Step {
        let Self { table, set, missing } = self;
        let (name, literal) = (table.sql(), quote_literal(&table.sql()));
        let (lift, lower, state) = if is_closed(table, cx) { guard(&name, &literal) } else { Default::default() };
        // Variables are named through the block, so that no column can be taken for one.
        let body = format!(
            "
#variable_conflict use_column
<<fill>>
DECLARE{state}
    batch CONSTANT bigint := 100;
    page bigint;
    pages bigint;
    missing boolean;
BEGIN
    FOR pass IN 1..20 LOOP
        fill.page := 0;
        fill.pages := pg_relation_size({literal}) / current_setting('block_size')::bigint;
        WHILE fill.page < fill.pages LOOP{lift}
            WITH filled AS (
                UPDATE ONLY {name} SET {set}
                 WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY {name}
                     WHERE {missing}
                       AND ctid >= format('(%s,0)', fill.page)::tid
                       AND ctid < format('(%s,0)', fill.page + fill.batch)::tid
                       FOR UPDATE SKIP LOCKED))
                RETURNING {missing} AS still)
            SELECT bool_or(still) INTO fill.missing FROM filled;{lower}
            COMMIT;
            IF fill.missing THEN
                RETURN;
            END IF;
            fill.page := fill.page + fill.batch;
        END LOOP;{lift}
        fill.missing := EXISTS (SELECT FROM ONLY {name} WHERE {missing});{lower}
        COMMIT;
        EXIT WHEN NOT fill.missing;
        PERFORM pg_sleep(0.5);
    END LOOP;
END
"
        );
        Step::safe(format!("DO {}", dollar_quote(&body))).alone()
    }
}

/// A query of all rows of a table, whoever is bound by its policies, as it stands behind SELECT.
pub(super) fn seeing_all(table: &Id, query: &str, cx: &Context<'_>) -> String {
    if !is_closed(table, cx) {
        return format!("SELECT {query}");
    }
    let (name, literal) = (table.sql(), quote_literal(&table.sql()));
    let (lift, lower, state) = guard(&name, &literal);
    let body = format!(
        "
<<fill>>
DECLARE{state}
BEGIN{lift}
            PERFORM {query};{lower}
            PERFORM set_config('row_security', 'on', true);
END
"
    );
    format!("DO {}", dollar_quote(&body))
}

/// Whether policies may hide rows of a table.
fn is_closed(table: &Id, cx: &Context<'_>) -> bool {
    let closed = |object: Option<&Object>| matches!(object, Some(Object::RowSecurity(state)) if state.enabled);
    let id = Id::own(KindTag::RowSecurity, table);
    closed(cx.current.object(&id)) || closed(cx.desired.object(&id))
}

/// Who is bound by policies would fill no row and be told nothing. As the owner, the table is opened for the length of a
/// batch, whose transaction nobody else sees into; whoever may not do that gets an error.
fn guard(name: &str, literal: &str) -> (String, String, String) {
    let lift = format!(
        "
            PERFORM set_config('row_security', 'off', true);
            IF fill.bound THEN
                ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY;
            END IF;"
    );
    let lower = format!(
        "
            IF fill.bound THEN
                SET CONSTRAINTS ALL IMMEDIATE;
                ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
            END IF;"
    );
    (lift, lower, format!("\n    bound CONSTANT boolean := row_security_active({literal});"))
}
