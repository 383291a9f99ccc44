//! UNIQUE and PRIMARY KEY on a table in use: the index is built while others read and write, and then becomes the
//! constraint's.

use super::constraint::{self, Deferral};
use super::parameters::{Parameters, with_clause};
use super::primary_key::including;
use super::{IdentifiedBy, KindTag, Object};
use crate::hazard::{self, BLOCKS_READS, BREAKS_CODE, BUILDS_INDEX, Build, Hazard, MAY_FAIL, Question};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{dollar_quote, ident_list, qualified, quote_ident, quote_literal};

/// A constraint that stands on a unique index.
pub(super) struct Key<'a> {
    /// `UNIQUE` or `PRIMARY KEY`.
    pub(super) word: &'static str,
    pub(super) columns: &'a [String],
    pub(super) include: &'a [String],
    pub(super) nulls_not_distinct: bool,
    pub(super) with: &'a Parameters,
    pub(super) deferral: Deferral,
    pub(super) index_comment: Option<&'a str>,
}

/// Says whether a new constraint's index can be built while the table is in use.
pub(super) fn is_built_beside(id: &Id, cx: &Context<'_>) -> bool {
    !is_partitioned(id, cx) && is_built_beside_in_partitions(id, cx)
}

/// The same where the table may be spread over partitions that all are known and stay.
pub(super) fn is_built_beside_in_partitions(id: &Id, cx: &Context<'_>) -> bool {
    let keeps = cx.carries_foreign_key(id) || cx.gets_foreign_key(id);
    !keeps && is_free(id, cx)
}

/// Says whether another index can take the place of a constraint's while the table is in use. What hangs on the order of
/// the plan must not decide, as this is asked before there is one.
pub(super) fn is_replaced_beside(id: &Id, cx: &Context<'_>) -> bool {
    !is_partitioned(id, cx) && is_replaced_beside_in_partitions(id, cx)
}

/// The same where the table may be spread over partitions that all are known and stay.
pub(super) fn is_replaced_beside_in_partitions(id: &Id, cx: &Context<'_>) -> bool {
    !cx.would_carry_foreign_key(id) && is_free(id, cx)
}

fn is_free(id: &Id, cx: &Context<'_>) -> bool {
    cx.is_in_use(id) && !cx.carries_view(id) && !cx.is_retyped(id)
}

fn is_partitioned(id: &Id, cx: &Context<'_>) -> bool {
    id.table().is_some_and(|table| cx.is_partitioned(&table))
}

/// The word of a primary key.
pub(super) const PRIMARY_KEY: &str = "PRIMARY KEY";

/// That the index of a key is built.
pub(super) fn builds(id: &Id, concurrently: bool) -> Hazard {
    let builds = BUILDS_INDEX.because(format!("`{}` on `{}`", id.name, id.owner));
    builds.of_rows(id.table()).building(Build::of("btree", concurrently))
}

impl Key<'_> {
    /// The statements that make it where there is none.
    pub(super) fn create(&self, id: &Id) -> Vec<Step> {
        vec![self.build(id, &id.name).alone(), self.added_using(id, &id.name).alone()]
    }

    /// The statement that makes it of an index.
    pub(super) fn added_using(&self, id: &Id, index: &str) -> Step {
        Step::safe(format!("ALTER TABLE {} {}", id.table_sql(), self.takes(id, index)))
    }

    /// The statements that put it in the place of the one of its name, so that there is never a moment without.
    pub(super) fn replace(&self, before: &Key<'_>, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let spare = cx.spare_name(id);
        let breaks = self.breaks_after(before);
        let steps = [self.build(id, &spare)].into_iter().chain(self.takes_place(&spare, breaks, id, cx));
        steps.map(Step::alone).collect()
    }

    /// That somebody counts on the one before.
    pub(super) fn breaks_after(&self, before: &Key<'_>) -> Option<Hazard> {
        let other = self.columns != before.columns || self.deferral != before.deferral;
        other.then(|| BREAKS_CODE.because("ON CONFLICT that names the key as it was"))
    }

    /// The same where the index is there already.
    pub(super) fn takes_over(&self, index: &Id, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        self.takes_place(&index.name, None, id, cx)
    }

    fn takes_place(&self, spare: &str, breaks: Option<Hazard>, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let mut steps = marks(id, spare, cx);
        let swap = format!("DROP CONSTRAINT {}, {}", id.name_sql(), self.takes(id, spare));
        steps.push(Step::risky(format!("ALTER TABLE {} {swap}", id.table_sql()), breaks));
        steps.extend(self.kept_comments(id, cx));
        steps
    }

    /// What is said of the one before and of its index goes with them; another text is written wherever it differs.
    pub(super) fn kept_comments(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let target = format!("CONSTRAINT {} ON {}", id.name_sql(), id.table_sql());
        let kept = cx.kept_comment(id);
        let kept = kept.map(|text| Step::safe(format!("COMMENT ON {target} IS {}", quote_literal(text))));
        let before = cx.current.object(id).and_then(Object::index_comment);
        let of_index = self.index_comment.filter(|text| before == Some(*text));
        kept.into_iter().chain(of_index.map(|text| comment_on_index(id, Some(text)))).collect()
    }

    /// The statement that builds its index, under a name, while others read and write the table.
    pub(super) fn build(&self, id: &Id, name: &str) -> Step {
        let Self { word: _, columns, include, nulls_not_distinct, with, deferral: _, index_comment: _ } = self;
        let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let rest = format!("({}){}{nulls}{}", ident_list(columns), including(include), with_clause(with));
        let name = quote_ident(name);
        let sql = format!("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {} {rest}", id.table_sql());
        Step::risky(sql, [builds(id, true), self.equals(id)])
    }

    /// The statement that adds it while others wait, to a table in partitions alone or to all.
    pub(super) fn added(&self, id: &Id, text: &str, periods: bool, only: bool, cx: &Context<'_>) -> Vec<Step> {
        if only {
            return vec![Step::safe(format!("ALTER TABLE ONLY {} ADD {text}", id.table_sql()))];
        }
        let hazards = [
            BLOCKS_READS.because(format!("`{}` is built", id.name)).of_rows(id.table()),
            builds(id, false),
            // Whether periods overlap cannot be asked for as equal values are.
            if periods { self.plain_equals(id) } else { self.equals(id) },
        ];
        constraint::on_table(id, cx, constraint::add_constraint(id, text), hazards)
    }

    /// That rows may have equal values, with what they can be asked about it.
    pub(super) fn equals(&self, id: &Id) -> Hazard {
        self.plain_equals(id).asking(Question::Duplicates {
            keys: self.columns.iter().map(|column| hazard::Key::column(column)).collect(),
            only: None,
            nulls_not_distinct: self.nulls_not_distinct,
            no_nulls: self.word == PRIMARY_KEY,
        })
    }

    /// The same where they cannot be asked.
    pub(super) fn plain_equals(&self, id: &Id) -> Hazard {
        let what =
            if self.word == PRIMARY_KEY { "rows with equal or missing values" } else { "rows with equal values" };
        MAY_FAIL.because(what).of_rows(id.table())
    }

    /// The index takes the constraint's name where it has another.
    fn takes(&self, id: &Id, index: &str) -> String {
        let (name, index) = (id.name_sql(), quote_ident(index));
        format!("ADD CONSTRAINT {name} {} USING INDEX {index}{}", self.word, self.deferral.clause())
    }
}

/// What is marked on an index is marked on the one that takes its place, before the old one goes.
pub(super) fn marks(id: &Id, spare: &str, cx: &Context<'_>) -> Vec<Step> {
    let Some(table) = id.table() else { return Vec::new() };
    let stays = |kind| {
        let mark = Id::own(kind, &table);
        let before = cx.current.object(&mark)?;
        (cx.desired.object(&mark) == Some(before)).then_some(before)
    };
    let (sql, index) = (format!("ALTER TABLE {}", table.sql()), quote_ident(spare));
    let mut steps = Vec::new();
    if matches!(stays(KindTag::ReplicaIdentity), Some(Object::ReplicaIdentity(it)) if it.by == IdentifiedBy::Index(id.name.clone()))
    {
        steps.push(Step::safe(format!("{sql} REPLICA IDENTITY USING INDEX {index}")));
    }
    if matches!(stays(KindTag::Cluster), Some(Object::Cluster(it)) if it.on == id.name) {
        steps.push(Step::safe(format!("{sql} CLUSTER ON {index}")));
    }
    steps
}

/// `COMMENT ON INDEX` for that of a constraint, which has its name.
pub(crate) fn comment_on_index(id: &Id, text: Option<&str>) -> Step {
    Step::safe(format!("COMMENT ON INDEX {} IS {}", id.sql(), text.map_or("NULL".to_owned(), quote_literal)))
}

/// `ALTER INDEX … RENAME TO …` for one that was built beside another.
pub(super) fn takes_name(id: &Id, spare: &str) -> Step {
    let spare = qualified(&id.namespace, spare);
    Step::safe(format!("ALTER INDEX IF EXISTS {spare} RENAME TO {}", id.name_sql()))
}

/// A statement that does several at once, as one transaction of its own: what was built beside something takes its place
/// in a table and all of its partitions. Where `spare` is there no more, that has been done.
pub(super) fn at_once(spare: &str, statements: impl IntoIterator<Item = String>) -> String {
    let statements: String = statements.into_iter().map(|sql| format!("        {sql};\n")).collect();
    let spare = quote_literal(spare);
    let body = format!("\nBEGIN\n    IF to_regclass({spare}) IS NOT NULL THEN\n{statements}    END IF;\nEND\n");
    format!("DO {}", dollar_quote(&body))
}
