//! `[function.NAME]` and `[procedure.NAME]`.

use super::names::type_name;
use super::value::{Body, Toml};
use super::write::{flag, push, push_sql, push_text};
use crate::kind::{Argument, ArgumentMode, Function, Parallel, Volatility};
use crate::sql::Expr;

/// What is said of a function; the body comes last, as it is long.
pub(super) fn body(function: &Function) -> Body {
    let Function { arguments, returns, language, body: source, volatility, strict, security_definer, .. } = function;
    let Function { leakproof, parallel, cost, rows, set, window, support, transforms, object_file, .. } = function;
    let mut body = Body::new();
    push(&mut body, "arguments", (!arguments.is_empty()).then(|| Toml::List(arguments.iter().map(argument).collect())));
    push_text(
        &mut body,
        "returns",
        (!function.is_procedure() && !is_implied(function)).then(|| type_name(returns.as_str())),
    );
    push_text(&mut body, "language", Some(language.clone()));
    push_text(
        &mut body,
        "volatility",
        match volatility {
            Volatility::Volatile => None,
            Volatility::Stable => Some("stable".to_owned()),
            Volatility::Immutable => Some("immutable".to_owned()),
        },
    );
    push_text(
        &mut body,
        "parallel",
        match parallel {
            Parallel::Unsafe => None,
            Parallel::Restricted => Some("restricted".to_owned()),
            Parallel::Safe => Some("safe".to_owned()),
        },
    );
    flag(&mut body, "strict", *strict);
    flag(&mut body, "security_definer", *security_definer);
    flag(&mut body, "leakproof", *leakproof);
    push(&mut body, "cost", cost.as_deref().map(|cost| Toml::Number(cost.to_owned())));
    push(&mut body, "rows", rows.as_deref().map(|rows| Toml::Number(rows.to_owned())));
    flag(&mut body, "window", *window);
    push_text(&mut body, "support", support.clone());
    let types = || Toml::List(transforms.iter().map(|one| Toml::text(type_name(one))).collect());
    push(&mut body, "transforms", (!transforms.is_empty()).then(types));
    push_text(&mut body, "object_file", object_file.clone());
    let settings: Body = set.iter().map(|setting| one_setting(setting)).collect();
    push(&mut body, "set", (!settings.is_empty()).then_some(Toml::Table(settings)));
    push_text(&mut body, "body", Some(source.clone()));
    body
}

/// Whether the OUT arguments say the result already.
fn is_implied(function: &Function) -> bool {
    let out = |argument: &&Argument| matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Inout);
    let out: Vec<&Argument> = function.arguments.iter().filter(out).collect();
    match out.as_slice() {
        [] => false,
        [one] => function.returns == Expr::from(one.r#type.as_str()),
        _ => function.returns == Expr::from("record"),
    }
}

pub(super) fn one_setting(setting: &str) -> (String, Toml) {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    // An empty search path, as the catalog has it.
    let value = if name == "search_path" && value == "\"\"" { "" } else { value };
    (name.to_owned(), Toml::text(value))
}

/// A type alone, or a table with what else the argument has.
pub(super) fn argument(argument: &Argument) -> Toml {
    let Argument { name, r#type, default, mode } = argument;
    let mut body = Body::new();
    push_text(&mut body, "name", name.clone());
    push_text(&mut body, "type", Some(type_name(r#type)));
    push_sql(&mut body, "default", default.as_ref());
    push_text(
        &mut body,
        "mode",
        match mode {
            ArgumentMode::In => None,
            ArgumentMode::Out => Some("out".to_owned()),
            ArgumentMode::Inout => Some("inout".to_owned()),
            ArgumentMode::Variadic => Some("variadic".to_owned()),
        },
    );
    if body.len() == 1 { Toml::text(type_name(r#type)) } else { Toml::Table(body) }
}
