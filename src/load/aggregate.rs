//! `[aggregate.NAME]`, also as `[aggregate."name(type, type)"]` where namesakes take other arguments.

use super::builder::Builder;
use super::fields::{Fields, Text};
use super::function::{PARALLEL, arguments, bare_type, routine_id};
use super::shared::named;
use super::tree::Field;
use super::{grant, names};
use crate::kind::{Aggregate, Argument, ArgumentMode, Granted, KindTag, Modify, Moving, Phase};

const MODIFY: &[(&str, Modify)] =
    &[("read only", Modify::ReadOnly), ("shareable", Modify::Shareable), ("read write", Modify::ReadWrite)];

/// Reads all of them.
pub(super) fn all(builder: &mut Builder<'_>, top: &mut Fields<'_>) {
    for (key, field) in named(top, "aggregate") {
        one(builder, key, field);
    }
}

/// The keys of a phase, in the words of `CREATE AGGREGATE`.
struct Keys {
    sfunc: &'static str,
    stype: &'static str,
    sspace: &'static str,
    finalfunc: &'static str,
    finalfunc_extra: &'static str,
    finalfunc_modify: &'static str,
    initcond: &'static str,
}

const PLAIN: Keys = Keys {
    sfunc: "sfunc",
    stype: "stype",
    sspace: "sspace",
    finalfunc: "finalfunc",
    finalfunc_extra: "finalfunc_extra",
    finalfunc_modify: "finalfunc_modify",
    initcond: "initcond",
};

const MOVING: Keys = Keys {
    sfunc: "msfunc",
    stype: "mstype",
    sspace: "msspace",
    finalfunc: "mfinalfunc",
    finalfunc_extra: "mfinalfunc_extra",
    finalfunc_modify: "mfinalfunc_modify",
    initcond: "minitcond",
};

fn one(builder: &mut Builder<'_>, key: &str, field: &Field) {
    let report = builder.report;
    let Some(mut fields) = Fields::of(report, &field.node, &field.key_at) else { return };
    let whose = format!("aggregate `{key}`");
    let first = fields.take("arguments").map(|node| arguments(builder, node)).unwrap_or_default();
    let order_by = fields.take("order_by").map(|node| arguments(builder, node));
    let (sfunc, stype) = (fields.required(PLAIN.sfunc, &whose), fields.required(PLAIN.stype, &whose));
    let usual = if order_by.is_some() { Modify::ReadWrite } else { Modify::ReadOnly };
    let plain = phase(builder, &mut fields, &PLAIN, usual).filter(|_| sfunc.is_some() && stype.is_some());
    let aggregate = Aggregate {
        order_by: order_by.map(|sorted| told_apart(&first, sorted)),
        hypothetical: fields.flag("hypothetical"),
        combinefunc: function(&mut fields, "combinefunc"),
        serialfunc: function(&mut fields, "serialfunc"),
        deserialfunc: function(&mut fields, "deserialfunc"),
        moving: moving(builder, &mut fields, usual),
        sortop: fields.text("sortop").map(|said| said.text.trim().to_owned()),
        parallel: fields.word("parallel", PARALLEL).unwrap_or_default(),
        arguments: first,
        phase: plain.unwrap_or_else(|| Phase::new(String::new(), String::new())),
    };
    if aggregate.hypothetical && aggregate.order_by.is_none() {
        report.hint(&field.key_at, format!("{whose} has no `order_by`"), "a hypothetical aggregate sorts its rows");
    }
    let comment = fields.comment();
    let renamed_from = fields.text("renamed_from");
    let grants = grant::read(&mut fields, Granted::Routine);
    fields.finish();
    let Some(id) = routine_id(report, KindTag::Aggregate, key, field, &aggregate.identity()) else { return };
    builder.add(&id, aggregate, comment, &field.key_at);
    grants.add(builder, &id);
    builder.renamed(&id, renamed_from);
}

/// One VARIADIC argument stands for both where both are said: the catalog has it once.
fn told_apart(first: &[Argument], sorted: Vec<Argument>) -> Vec<Argument> {
    let variadic = |argument: &Argument| argument.mode == ArgumentMode::Variadic;
    let both = first.last().is_some_and(variadic) && sorted.last().is_some_and(variadic);
    if both { Vec::new() } else { sorted }
}

fn phase(builder: &mut Builder<'_>, fields: &mut Fields<'_>, keys: &Keys, usual: Modify) -> Option<Phase> {
    let (sfunc, stype) = (function(fields, keys.sfunc), fields.text(keys.stype));
    let phase = Phase {
        sspace: fields.integer(keys.sspace).filter(|bytes| *bytes != 0),
        finalfunc: function(fields, keys.finalfunc),
        finalfunc_extra: fields.flag(keys.finalfunc_extra),
        finalfunc_modify: fields.word(keys.finalfunc_modify, MODIFY).filter(|modify| *modify != usual),
        initcond: fields.text(keys.initcond).map(|said| said.text),
        ..Phase::new(String::new(), String::new())
    };
    Some(Phase { sfunc: sfunc?, stype: bare_type(builder, &stype?), ..phase })
}

/// What a moving window needs: all of it, or nothing.
fn moving(builder: &mut Builder<'_>, fields: &mut Fields<'_>, usual: Modify) -> Option<Moving> {
    let at = ["msfunc", "mstype", "minvfunc"].map(|key| fields.field(key).map(|field| field.key_at.clone()));
    let (phase, back) = (phase(builder, fields, &MOVING, usual), function(fields, "minvfunc"));
    match (phase, back) {
        (Some(phase), Some(minvfunc)) => Some(Moving { phase, minvfunc }),
        _ => {
            if let Some(at) = at.into_iter().flatten().next() {
                fields.report.say(&at, "a moving window needs `msfunc`, `minvfunc` and `mstype`");
            }
            None
        }
    }
}

fn function(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    fields.text(key).map(|Text { text, .. }| names::function(&text))
}
