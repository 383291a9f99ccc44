//! A function, or a procedure, which gives nothing back.

use serde::{Deserialize, Serialize};

use super::column::default_text;
use super::{Column, Granted, Kind, KindTag, Object, Touch, constraint, lineage, swap};
use crate::hazard::{BREAKS_CODE, Hazard};
use crate::plan::{Context, Step};
use crate::schema::{Id, Schema};
use crate::sql::{Expr, dollar_quote, mentions, qualified, quote_ident, quote_literal, tokens_of};
use crate::types;

mod declared;
mod domains;
mod namesake;
mod parts;
mod setting;
mod stale;

pub(crate) use namesake::{goes_first, lets_go};
pub(super) use parts::argument_text;
pub use parts::{Argument, ArgumentMode, Parallel, Volatility};
pub(in crate::kind) use setting::setting_text;

/// A function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// The type of the result, with `SETOF` or `TABLE(…)`; nothing for a procedure.
    pub returns: Expr,
    /// The language.
    pub language: String,
    /// The body, exactly; of statements that the server keeps as such, in its words.
    pub body: String,
    /// What it promises about its result.
    pub volatility: Volatility,
    /// Whether a NULL argument makes the result NULL.
    pub strict: bool,
    /// Whether it runs with its owner's rights.
    pub security_definer: bool,
    /// Whether it tells nothing about its arguments but the result.
    pub leakproof: bool,
    /// Where it may run in a parallel query.
    pub parallel: Parallel,
    /// What a call costs, in units of `cpu_operator_cost`, where that is not the default.
    pub cost: Option<String>,
    /// How many rows it returns, where that is not the default.
    pub rows: Option<String>,
    /// Whether it is one for windows.
    pub window: bool,
    /// The function that tells the planner of it.
    pub support: Option<String>,
    /// The types whose values its language gets in its own form.
    pub transforms: Vec<String>,
    /// The file that holds it, of one in C; the body is its name there.
    pub object_file: Option<String>,
    /// Settings while it runs, each `name=value`.
    pub set: Vec<String>,
}

impl Kind for Function {
    const WORD: &'static str = "function";
    const IS_ROUTINE: bool = true;
    const IS_WORDED: bool = true;
    const GRANTED: Option<Granted> = Some(Granted::Routine);

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let set = |table: String, name: String, default: &Expr| {
            Step::safe(format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {}", default_text(default)))
        };
        // A column that gets another type gets its default with that.
        let retyped = |column: &Id| match (cx.current.object(column), cx.desired.object(column)) {
            (Some(Object::Column(from)), Some(Object::Column(to))) => {
                from.is_retyped(to) && !swap::is_swapped(from, cx) && !cx.replaced.contains(column)
            }
            _ => false,
        };
        let back = defaults_that_call(id, cx.desired, cx)
            .into_iter()
            .filter(|(column, _)| !retyped(column))
            .map(|(column, default)| set(alone(&column, default, cx.desired), column.name_sql(), default));
        // Replaced by dropping and creating it, it may say something else than before.
        let before = cx.current.object(id);
        let same = before.is_some() && before == cx.desired.object(id);
        let before = before.and_then(|before| before.try_into().ok());
        let hazards = if same { Vec::new() } else { widens(self, before, id, cx) };
        let create = [Step::risky(self.text(id, false), hazards)];
        create.into_iter().chain(back).chain(domains::let_go(id, cx).1).collect()
    }

    fn drop(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let hazard = BREAKS_CODE.because(format!("calls of `{}`", id.name));
        let drop = Step::risky(format!("DROP {} {}", self.called(), signature(id)), [hazard]);
        // A column cannot step aside without its values, so its default does.
        let defaults = defaults_that_call(id, cx.current, cx).into_iter().map(|(column, default)| {
            let table = alone(&column, default, cx.current);
            Step::safe(format!("ALTER TABLE {table} ALTER COLUMN {} DROP DEFAULT", column.name_sql()))
        });
        defaults.chain(domains::let_go(id, cx).0).chain([drop]).collect()
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        // OR REPLACE can change everything but what callers rely on: the result and the names and defaults of arguments.
        let shape = |f: &Self| f.arguments.iter().map(|a| (a.name.clone(), a.mode)).collect::<Vec<_>>();
        let keeps_defaults =
            self.arguments.iter().zip(&to.arguments).all(|(a, b)| a.default.is_none() || b.default.is_some());
        let kept = self.returns == to.returns && self.window == to.window && shape(self) == shape(to);
        if !kept || !keeps_defaults {
            return None;
        }
        let (cost, rows, parallel) = (to.cost.clone(), to.rows.clone(), to.parallel);
        let only_speed = Self { cost, rows, parallel, ..self.clone() } == *to;
        let mut hazards = if only_speed { Vec::new() } else { widens(to, Some(self), id, cx) };
        hazards.extend((!only_speed).then(|| stale::kept_results(id, cx)).into_iter().flatten());
        Some(vec![Step::risky(to.text(id, true), hazards)])
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("{} {}", self.called(), signature(id)))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER {} {} RENAME TO {}", self.called(), signature(from), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let types = self.arguments.iter().map(|argument| argument.r#type.as_str()).chain([self.returns.as_str()]);
        let mut needs: Vec<Id> = types.flat_map(|text| schema.mentioned(text)).collect();
        let defaults = self.arguments.iter().filter_map(|argument| argument.default.as_ref());
        needs.extend(defaults.flat_map(|default| constraint::mentioned_in_query(default.as_str(), schema)));
        needs.extend(self.support.iter().flat_map(|function| schema.mentioned(&format!("{function}("))));
        needs.extend(self.named_in_body(id, schema));
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        needs
    }

    fn steps_aside(&self, id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            // Statements that the server keeps hold on to what they read.
            Touch::Altered(Object::Column(from), Object::Column(to)) => self.is_parsed() && from.is_retyped(to),
            // Its arguments and result would stay with the old type.
            Touch::Altered(from, to) => {
                from.is_swapped_for(to) && (mentions(&id.owner, &other.name) || self.returns.mentions(&other.name))
            }
            Touch::Rebuilt => self.is_parsed(),
            Touch::Dropped => false,
            Touch::Replaced if other.kind == KindTag::Function => {
                let mut defaults = self.arguments.iter().filter_map(|argument| argument.default.as_ref());
                self.is_parsed() || defaults.any(|default| default.mentions(&other.name))
            }
            // What its body reads can go and come under it, unless the server keeps that; its arguments and result hold on
            // to a view.
            Touch::Replaced if other.kind == KindTag::View => {
                self.is_parsed() || mentions(&id.owner, &other.name) || self.returns.mentions(&other.name)
            }
            Touch::Replaced => true,
        }
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_proc'::regclass, p.oid, 0, p.nspname, \
                {identity}, \
                p.proname, 0, json_build_object( \
                'arguments', COALESCE((SELECT json_agg(json_build_object('name', NULLIF(p.proargnames[o], ''), \
                    'type', format_type(t, NULL), \
                    'default', CASE WHEN p.pronargdefaults > 0 THEN pg_get_function_arg_default(p.oid, o::int) END, \
                    'mode', CASE p.proargmodes[o] WHEN 'o' THEN 'out' WHEN 'b' THEN 'inout' WHEN 'v' THEN 'variadic' ELSE 'in' END) ORDER BY o) \
                    FROM unnest(COALESCE(p.proallargtypes, p.proargtypes)) WITH ORDINALITY a(t, o) \
                    WHERE COALESCE(p.proargmodes[o], 'i') <> 't'), '[]'), \
                'returns', COALESCE(pg_get_function_result(p.oid), ''), 'language', l.lanname, 'body', COALESCE(pg_get_function_sqlbody(p.oid), p.prosrc), \
                'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END, \
                'strict', p.proisstrict, 'security_definer', p.prosecdef, 'leakproof', p.proleakproof, \
                'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END, \
                'cost', CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END THEN p.procost::text END, \
                'rows', CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows::text END, \
                'window', p.prokind = 'w', 'object_file', p.probin::text, \
                'support', (SELECT CASE WHEN pg_function_is_visible(s.oid) THEN '' ELSE quote_ident(sn.nspname) || '.' END || quote_ident(s.proname) \
                    FROM pg_proc s JOIN pg_namespace sn ON sn.oid = s.pronamespace WHERE s.oid = p.prosupport), \
                'transforms', ARRAY(SELECT format_type(t, NULL) FROM unnest(p.protrftypes) t), \
                'set', COALESCE(p.proconfig, '{}'))::text \
           FROM proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.prokind IN ('f', 'p', 'w')"
            .replace("{identity}", IDENTITY_SQL)
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        self.returns = change(self.returns.as_str()).into();
        for argument in &mut self.arguments {
            argument.r#type = change(&argument.r#type);
        }
        for one in &mut self.transforms {
            *one = change(one);
        }
    }
}

/// SQL for the types that tell a `proc p` from its namesakes.
pub(super) const IDENTITY_SQL: &str = "COALESCE((SELECT string_agg(format_type(t, NULL), ', ' ORDER BY o) \
    FROM unnest(p.proargtypes) WITH ORDINALITY a(t, o)), '')";

/// Columns that stay and whose default, on the side of `of`, calls a function that goes or comes there: it calls it, or one
/// that takes its name, on both sides, or the column gets a new type that the function waits for.
fn defaults_that_call<'a>(id: &Id, of: &'a Schema, cx: &Context<'a>) -> Vec<(Id, &'a Expr)> {
    let calls = |default: &Option<Expr>| default.as_ref().is_some_and(|default| default.mentions(&id.name));
    let stays = cx.current.contains(id) && cx.desired.contains(id);
    let late = is_late(id, cx);
    let taken = |from: &Column, to: &Column| {
        !stays && namesake::takes_default(id, from.default == to.default, cx.current, cx.desired)
    };
    let columns = of.of_kind(KindTag::Column).filter_map(|(column, entry)| {
        let Object::Column(Column { default: Some(default), .. }) = &entry.object else { return None };
        let (Object::Column(from), Object::Column(to)) = (cx.current.object(column)?, cx.desired.object(column)?)
        else {
            return None;
        };
        let on_both = calls(&from.default) && calls(&to.default) && (stays || taken(from, to));
        let swapped = || late && swap::is_swapped(from, cx);
        (default.mentions(&id.name) && (on_both || swapped())).then(|| (column.clone(), default))
    });
    columns.collect()
}

/// The table of a column whose default is to change: with those below it, unless one has another default of its own.
fn alone(column: &Id, default: &Expr, schema: &Schema) -> String {
    let below = column.table().map(|table| lineage::below(schema, &table)).unwrap_or_default();
    let differs = |table: &Id| match schema.object(&Id::of(KindTag::Column, table, &column.name)) {
        Some(Object::Column(other)) => other.default.as_ref() != Some(default),
        _ => false,
    };
    let only = if below.iter().any(differs) { "ONLY " } else { "" };
    format!("{only}{}", column.table_sql())
}

/// Whether a function goes before an enum is swapped and comes after that: then it takes the defaults that call it along.
pub(super) fn is_late(id: &Id, cx: &Context<'_>) -> bool {
    let is_swapped = |need: &Id| swap::is_swapped_type(need, cx);
    let waits = |schema: &Schema| {
        let object = schema.object(id).filter(|_| id.kind == KindTag::Function);
        object.is_some_and(|object| object.depends_on(id, schema).iter().any(is_swapped))
    };
    let moves = !cx.current.contains(id) || !cx.desired.contains(id);
    cx.aside.contains(id) || (moves && (waits(cx.current) || waits(cx.desired)))
}

/// The name with the types that tell it from its namesakes.
fn signature(id: &Id) -> String {
    format!("{}({})", qualified(&id.namespace, &id.name), id.owner)
}

impl Function {
    /// The types that tell a function from its namesakes, in PostgreSQL's words.
    pub fn identity(arguments: &[Argument]) -> String {
        let inputs = arguments.iter().filter(|argument| argument.mode != ArgumentMode::Out);
        inputs.map(|argument| types::without_modifier(&argument.r#type)).collect::<Vec<_>>().join(", ")
    }

    /// Whether it is called by CALL, and gives nothing back.
    pub fn is_procedure(&self) -> bool {
        self.returns.as_str().is_empty()
    }

    /// Whether the body is no text to the server but statements: `RETURN …`, or `BEGIN ATOMIC … END`.
    pub(crate) fn is_parsed(&self) -> bool {
        let tokens = tokens_of(&self.body).unwrap_or_default();
        let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
        self.language == "sql" && (word(0, "return") || (word(0, "begin") && word(1, "atomic")))
    }

    /// Those statements.
    pub(crate) fn statements_mut(&mut self) -> Option<&mut String> {
        self.is_parsed().then_some(&mut self.body)
    }

    fn called(&self) -> &'static str {
        if self.is_procedure() { "PROCEDURE" } else { "FUNCTION" }
    }

    fn text(&self, id: &Id, replace: bool) -> String {
        let Self { arguments, returns, language, body, volatility, strict, security_definer, .. } = self;
        let Self { leakproof, parallel, cost, rows, set, window, support, transforms, object_file, .. } = self;
        let arguments = arguments.iter().map(argument_text).collect::<Vec<_>>().join(", ");
        let replace = if replace { "OR REPLACE " } else { "" };
        let mut lines = vec![format!("CREATE {replace}{} {}({arguments})", self.called(), id.sql())];
        if !self.is_procedure() {
            lines.push(format!("RETURNS {}", returns.as_str()));
        }
        let mut traits = vec![format!("LANGUAGE {}", quote_ident(language))];
        let mut when = |is: bool, word: &str| traits.extend(is.then(|| word.to_owned()));
        when(*volatility == Volatility::Stable, "STABLE");
        when(*volatility == Volatility::Immutable, "IMMUTABLE");
        when(*strict, "STRICT");
        when(*security_definer, "SECURITY DEFINER");
        when(*leakproof, "LEAKPROOF");
        when(*window, "WINDOW");
        if *parallel != Parallel::Unsafe {
            traits.push(format!("PARALLEL {}", parallel.word().to_uppercase()));
        }
        traits.extend(cost.iter().map(|cost| format!("COST {cost}")));
        traits.extend(rows.iter().map(|rows| format!("ROWS {rows}")));
        traits.extend(support.iter().map(|function| format!("SUPPORT {function}")));
        lines.push(traits.join(" "));
        let types: Vec<String> = transforms.iter().map(|one| format!("FOR TYPE {one}")).collect();
        lines.extend((!types.is_empty()).then(|| format!("TRANSFORM {}", types.join(", "))));
        lines.extend(set.iter().map(|setting| setting_text(setting)));
        lines.push(match object_file {
            _ if self.is_parsed() => body.clone(),
            Some(file) => format!("AS {}, {}", quote_literal(file), quote_literal(body)),
            None => format!("AS {}", dollar_quote(body)),
        });
        lines.join("\n")
    }
}

/// What a new or changed function opens: policies call functions, and some run with their owner's rights.
fn widens(function: &Function, before: Option<&Function>, id: &Id, cx: &Context<'_>) -> Vec<Hazard> {
    let others = cx.changes_for_others(id).or_else(|| cx.handed_on_by(id));
    others.into_iter().chain(cx.opened_by_function(id, function, before)).collect()
}
