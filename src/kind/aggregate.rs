//! An aggregate: plain, over sorted rows, or hypothetical.

use serde::{Deserialize, Serialize};

use super::function::argument_text;
use super::{Argument, CatalogRow, Function, Granted, Kind, KindTag, Lookup, Parallel, Touch};
use crate::hazard::{BREAKS_CODE, Hazard};
use crate::plan::{Context, Step};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{mentions, quote_ident, quote_literal};

mod catalog;

/// What a final function does to the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modify {
    /// Nothing.
    ReadOnly,
    /// Nothing that would keep others from finishing it too.
    Shareable,
    /// Anything.
    ReadWrite,
}

/// One way to compute: the state, what becomes of it at the end, and how it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The function that takes the next row in.
    pub sfunc: String,
    /// The type of the state.
    pub stype: String,
    /// How large the state is, about, where that is said.
    pub sspace: Option<i64>,
    /// The function that makes the result of it.
    pub finalfunc: Option<String>,
    /// Whether that gets the arguments too, as NULLs.
    pub finalfunc_extra: bool,
    /// What it does to the state, where that is not the default.
    pub finalfunc_modify: Option<Modify>,
    /// The state before the first row.
    pub initcond: Option<String>,
}

/// How it is computed where a window moves on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The same parts as without.
    #[serde(flatten)]
    pub phase: Phase,
    /// The function that takes a row out again.
    pub minvfunc: String,
}

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The arguments; of one over sorted rows, those that are given once.
    pub arguments: Vec<Argument>,
    /// What the rows are sorted by, of an ordered-set aggregate; empty where the last argument stands for both.
    pub order_by: Option<Vec<Argument>>,
    /// Whether the arguments are a row that is looked up among the sorted ones.
    pub hypothetical: bool,
    /// How it is computed.
    #[serde(flatten)]
    pub phase: Phase,
    /// The function that makes one state of two.
    pub combinefunc: Option<String>,
    /// The function that makes bytes of the state.
    pub serialfunc: Option<String>,
    /// The function that makes a state of the bytes.
    pub deserialfunc: Option<String>,
    /// How it is computed where a window moves on.
    pub moving: Option<Moving>,
    /// The operator that sorts its result to the front, as `min` has one.
    pub sortop: Option<String>,
    /// Where it may run in a parallel query.
    pub parallel: Parallel,
}

/// What it opens when it is new or not as it was.
fn opens(id: &Id, cx: &Context<'_>) -> Vec<Hazard> {
    cx.changes_for_others(id).into_iter().chain(cx.opened_by_aggregate(id)).collect()
}

impl Kind for Aggregate {
    const WORD: &'static str = "aggregate";
    const GRANTED: Option<Granted> = Some(Granted::Routine);
    const IS_ROUTINE: bool = true;

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let before = cx.current.object(id);
        let same = before.is_some() && before == cx.desired.object(id);
        let opens = if same { Vec::new() } else { opens(id, cx) };
        vec![Step::risky(self.text(id, false), opens)]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let hazard = BREAKS_CODE.because(format!("calls of `{}`", id.name));
        vec![Step::risky(format!("DROP AGGREGATE {}", self.signature(id)), [hazard])]
    }

    fn alter(&self, to: &Self, id: &Id, cx: &Context<'_>) -> Option<Vec<Step>> {
        // OR REPLACE keeps the arguments, the kind and the type of the result, which the last function or the state has.
        let Self { arguments, order_by, hypothetical, phase, .. } = to;
        let same = (arguments, order_by, hypothetical) == (&self.arguments, &self.order_by, &self.hypothetical);
        let Phase { stype, finalfunc, .. } = &self.phase;
        let result = *finalfunc == phase.finalfunc && (finalfunc.is_some() || *stype == phase.stype);
        (same && result).then(|| {
            let changed = BREAKS_CODE.because(format!("`{}` may give other results than before", id.name));
            vec![Step::risky(to.text(id, true), [changed].into_iter().chain(opens(id, cx)))]
        })
    }

    fn comment_target(&self, id: &Id) -> Option<String> {
        Some(format!("AGGREGATE {}", self.signature(id)))
    }

    fn rename(&self, from: &Id, to: &str) -> Option<String> {
        Some(format!("ALTER AGGREGATE {} RENAME TO {}", self.signature(from), quote_ident(to)))
    }

    fn depends_on(&self, id: &Id, schema: &Schema) -> Vec<Id> {
        let called = self.functions().into_iter().flat_map(|name| schema.mentioned(&format!("{name}(")));
        let mut needs: Vec<Id> = called.filter(|need| need.kind == KindTag::Function).collect();
        needs.extend(self.types().flat_map(|text| schema.mentioned(text)));
        needs.retain(|need| need != id);
        needs.push(Id::new(KindTag::Namespace, "", &id.namespace));
        needs
    }

    fn steps_aside(&self, id: &Id, other: &Id, touch: Touch<'_>) -> bool {
        match touch {
            Touch::Replaced => true,
            // Its arguments and state would stay with the old type.
            Touch::Altered(from, to) => {
                let names = mentions(&id.owner, &other.name) || self.types().any(|text| mentions(text, &other.name));
                from.is_swapped_for(to) && names
            }
            Touch::Rebuilt | Touch::Dropped => false,
        }
    }

    fn each_type(&mut self, change: &mut dyn FnMut(&str) -> String) {
        let Self { arguments, order_by, phase, moving, .. } = self;
        for argument in arguments.iter_mut().chain(order_by.iter_mut().flatten()) {
            argument.r#type = change(&argument.r#type);
        }
        for phase in [Some(phase), moving.as_mut().map(|moving| &mut moving.phase)].into_iter().flatten() {
            phase.stype = change(&phase.stype);
        }
    }

    fn follow_name(&mut self, _own: bool, from: &Id, to: &Id) {
        let (old, new) = (shown(from), shown(to));
        for name in self.functions_mut() {
            match from.kind {
                KindTag::Function if *name == old => new.clone_into(name),
                KindTag::Namespace => {
                    let rest = name.strip_prefix(&from.name_sql()).filter(|rest| rest.starts_with('.'));
                    if let Some(rest) = rest {
                        *name = format!("{}{rest}", to.name_sql());
                    }
                }
                _ => {}
            }
        }
    }

    fn catalog(_version: u32) -> String {
        catalog::query()
    }

    fn read(row: &CatalogRow<'_>, _lookup: &Lookup) -> anyhow::Result<Self> {
        Ok(serde_json::from_str::<catalog::Raw>(row.object)?.into_aggregate())
    }
}

/// A function as an aggregate names it: its namespace only where it is not the default.
fn shown(function: &Id) -> String {
    if function.namespace == DEFAULT_NAMESPACE { function.name_sql() } else { function.sql() }
}

impl Phase {
    /// One that has nothing but its function and its state.
    pub fn new(sfunc: String, stype: String) -> Self {
        let (sspace, finalfunc, finalfunc_extra, finalfunc_modify, initcond) = Default::default();
        Self { sfunc, stype, sspace, finalfunc, finalfunc_extra, finalfunc_modify, initcond }
    }

    /// The options that say it, each with an `m` in front where that is for moving windows.
    fn options(&self, m: &str) -> Vec<String> {
        let Self { sfunc, stype, sspace, finalfunc, finalfunc_extra, finalfunc_modify, initcond } = self;
        let mut options = vec![format!("{m}sfunc = {sfunc}"), format!("{m}stype = {stype}")];
        options.extend(sspace.map(|bytes| format!("{m}sspace = {bytes}")));
        options.extend(finalfunc.as_ref().map(|name| format!("{m}finalfunc = {name}")));
        options.extend(finalfunc_extra.then(|| format!("{m}finalfunc_extra")));
        let modify = finalfunc_modify.map(|modify| match modify {
            Modify::ReadOnly => "read_only",
            Modify::Shareable => "shareable",
            Modify::ReadWrite => "read_write",
        });
        options.extend(modify.map(|modify| format!("{m}finalfunc_modify = {modify}")));
        options.extend(initcond.as_ref().map(|text| format!("{m}initcond = {}", quote_literal(text))));
        options
    }
}

impl Aggregate {
    /// The types that tell it from its namesakes, in PostgreSQL's words.
    pub fn identity(&self) -> String {
        let all: Vec<Argument> = self.arguments.iter().chain(self.order_by.iter().flatten()).cloned().collect();
        Function::identity(&all)
    }

    fn types(&self) -> impl Iterator<Item = &str> {
        let arguments = self.arguments.iter().chain(self.order_by.iter().flatten());
        let phases = [Some(&self.phase), self.moving.as_ref().map(|moving| &moving.phase)];
        arguments.map(|argument| argument.r#type.as_str()).chain(phases.into_iter().flatten().map(|p| p.stype.as_str()))
    }

    fn functions(&self) -> Vec<String> {
        self.clone().functions_mut().into_iter().map(|name| name.clone()).collect()
    }

    /// The functions that it is made of, to be named anew.
    pub(crate) fn functions_mut(&mut self) -> Vec<&mut String> {
        let Self { phase, combinefunc, serialfunc, deserialfunc, moving, .. } = self;
        let (mut all, mut phases) = (Vec::new(), vec![phase]);
        if let Some(Moving { phase, minvfunc }) = moving {
            all.push(minvfunc);
            phases.push(phase);
        }
        for phase in phases {
            all.push(&mut phase.sfunc);
            all.extend(&mut phase.finalfunc);
        }
        all.extend([combinefunc, serialfunc, deserialfunc].into_iter().flatten());
        all
    }

    /// The arguments between the parentheses, each written by `one`.
    fn list(&self, one: impl Fn(&Argument) -> String) -> String {
        let all = |arguments: &[Argument]| arguments.iter().map(&one).collect::<Vec<_>>().join(", ");
        match &self.order_by {
            None if self.arguments.is_empty() => "*".to_owned(),
            None => all(&self.arguments),
            Some(sorted) => {
                let last = self.arguments.len().saturating_sub(1);
                let sorted = if sorted.is_empty() { &self.arguments[last..] } else { sorted };
                format!("{} ORDER BY {}", all(&self.arguments), all(sorted)).trim_start().to_owned()
            }
        }
    }

    /// The name with what tells it from its namesakes.
    fn signature(&self, id: &Id) -> String {
        let one = |argument: &Argument| argument_text(&Argument { name: None, ..argument.clone() });
        format!("{}({})", id.sql(), self.list(one))
    }

    fn text(&self, id: &Id, replace: bool) -> String {
        let Self { phase, combinefunc, serialfunc, deserialfunc, moving, sortop, parallel, hypothetical, .. } = self;
        let mut options = phase.options("");
        let functions = [("combinefunc", combinefunc), ("serialfunc", serialfunc), ("deserialfunc", deserialfunc)];
        let functions = functions.into_iter().filter_map(|(word, name)| Some(format!("{word} = {}", name.as_ref()?)));
        options.extend(functions);
        if let Some(Moving { phase, minvfunc }) = moving {
            options.extend(phase.options("m"));
            options.push(format!("minvfunc = {minvfunc}"));
        }
        options.extend(sortop.as_ref().map(|operator| format!("sortop = {operator}")));
        options.extend((*parallel != Parallel::Unsafe).then(|| format!("parallel = {}", parallel.word())));
        options.extend(hypothetical.then(|| "hypothetical".to_owned()));
        let replace = if replace { "OR REPLACE " } else { "" };
        let arguments = self.list(argument_text);
        format!("CREATE {replace}AGGREGATE {}({arguments}) (\n    {}\n)", id.sql(), options.join(",\n    "))
    }
}
