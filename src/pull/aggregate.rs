//! `[aggregate.NAME]`.

use super::function::argument;
use super::names::type_name;
use super::value::{Body, Toml};
use super::write::{flag, push, push_text};
use crate::kind::{Aggregate, Argument, Modify, Moving, Parallel, Phase};

/// What is said of an aggregate, in the words of `CREATE AGGREGATE`.
pub(super) fn body(aggregate: &Aggregate) -> Body {
    let Aggregate { arguments, order_by, hypothetical, phase, combinefunc, serialfunc, deserialfunc, .. } = aggregate;
    let Aggregate { moving, sortop, parallel, .. } = aggregate;
    let list = |all: &[Argument]| Toml::List(all.iter().map(argument).collect());
    let mut body = Body::new();
    push(&mut body, "arguments", (!arguments.is_empty()).then(|| list(arguments)));
    // One argument stands for both where there is no other.
    let last = arguments.len().saturating_sub(1);
    let sorted = order_by.as_ref().map(|sorted| if sorted.is_empty() { &arguments[last..] } else { sorted.as_slice() });
    push(&mut body, "order_by", sorted.map(list));
    flag(&mut body, "hypothetical", *hypothetical);
    body.extend(of_phase(phase, ""));
    push_text(&mut body, "combinefunc", combinefunc.clone());
    push_text(&mut body, "serialfunc", serialfunc.clone());
    push_text(&mut body, "deserialfunc", deserialfunc.clone());
    if let Some(Moving { phase, minvfunc }) = moving {
        body.extend(of_phase(phase, "m"));
        push_text(&mut body, "minvfunc", Some(minvfunc.clone()));
    }
    push_text(&mut body, "sortop", sortop.clone());
    push_text(&mut body, "parallel", (*parallel != Parallel::Unsafe).then(|| parallel.word().to_owned()));
    body
}

fn of_phase(phase: &Phase, m: &str) -> Body {
    let Phase { sfunc, stype, sspace, finalfunc, finalfunc_extra, finalfunc_modify, initcond } = phase;
    let key = |name: &str| format!("{m}{name}");
    let mut body = Body::new();
    push_text(&mut body, &key("sfunc"), Some(sfunc.clone()));
    push_text(&mut body, &key("stype"), Some(type_name(stype)));
    push(&mut body, &key("sspace"), sspace.map(|bytes| Toml::Number(bytes.to_string())));
    push_text(&mut body, &key("finalfunc"), finalfunc.clone());
    flag(&mut body, &key("finalfunc_extra"), *finalfunc_extra);
    let modify = finalfunc_modify.map(|modify| match modify {
        Modify::ReadOnly => "read_only",
        Modify::Shareable => "shareable",
        Modify::ReadWrite => "read_write",
    });
    push_text(&mut body, &key("finalfunc_modify"), modify.map(str::to_owned));
    push_text(&mut body, &key("initcond"), initcond.clone());
    body
}
