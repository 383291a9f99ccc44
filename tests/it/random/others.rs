//! What stands beside tables: sequences, domains, composite types, views and procedures; and the triggers of tables.

use std::collections::HashSet;

use super::classes::kinds;
use super::model::{Class, Column, Filled, Function, Model, Other, Part, Ref, Text, Trigger, Uid, What};
use super::mutate::rename;
use super::names::{comment, name};
use super::prng::Rng;
use super::texts;

impl Model {
    /// Something that leans on no table.
    pub fn add_simple(&mut self, rng: &mut Rng) {
        let what = self.simple(rng);
        self.add(rng, what);
    }

    /// Something of any sort, if there is what it needs.
    pub fn add_other(&mut self, rng: &mut Rng) {
        let what = match rng.below(9) {
            8 => Some(self.aggregate(rng)),
            0..6 => self.view(rng),
            6 => Some(self.procedure(rng)),
            _ => Some(self.simple(rng)),
        };
        if let Some(what) = what {
            self.add(rng, what);
        }
    }

    fn add(&mut self, rng: &mut Rng, what: What) {
        let (uid, namespace, mut name) = (self.uid(), self.place(rng), name(rng, &mut self.taken()));
        if matches!(what, What::Procedure { .. } | What::Aggregate { .. }) {
            name = name.replace('(', "[");
        }
        let what = match what {
            // A sequence belongs to a column of its own namespace.
            What::Sequence { kind, options, cycle, owner } => {
                let fits = |(table, _): &(Uid, Uid)| self.table(*table).is_some_and(|t| t.namespace == namespace);
                What::Sequence { kind, options, cycle, owner: owner.filter(fits) }
            }
            other => other,
        };
        let comment = comment(rng);
        self.others.push(Other { uid, namespace, name, was: None, comment, what });
    }

    fn simple(&self, rng: &mut Rng) -> What {
        match rng.below(4) {
            0 => self.sequence(rng),
            1 => self.domain(rng),
            2 => {
                let all: &[(&str, &[(&str, &str)])] = &[
                    ("float8", &[("subtype_diff", "float8mi")]),
                    ("text", &[("subtype_opclass", "text_pattern_ops"), ("collation", "C")]),
                    ("text", &[]),
                    ("uuid", &[]),
                    ("time", &[]),
                ];
                let (subtype, options) = *rng.pick(all);
                let mut options: Vec<_> = options.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
                options.retain(|_| rng.chance(70));
                if rng.chance(40) {
                    options.push(("multirange_type_name", format!("many {}", rng.below(1000))));
                }
                What::Range { subtype, options }
            }
            _ => {
                let mut taken = HashSet::new();
                let types = ["text", "integer", "bigint", "boolean", "uuid", "numeric(10,2)", "text[]", "varchar(9)"];
                let attributes = (0..1 + rng.below(4)).map(|_| (name(rng, &mut taken), *rng.pick(&types))).collect();
                What::Composite { attributes }
            }
        }
    }

    /// A sum over numbers, which a function of the user's may turn into something else at the end.
    fn aggregate(&self, rng: &mut Rng) -> What {
        let mut options = vec![("sfunc", *rng.pick(&["int4pl", "int4larger"])), ("stype", "integer")];
        let more =
            [("initcond", "0"), ("combinefunc", "int4pl"), ("parallel", "safe"), ("finalfunc_modify", "shareable")];
        options.extend(more.into_iter().filter(|_| rng.chance(30)));
        if rng.chance(20) {
            options.extend([("msfunc", "int4pl"), ("minvfunc", "int4mi"), ("mstype", "integer")]);
        }
        let fits = |f: &&Function| f.takes == Some(Class::Int) && f.gives == Class::Bool;
        let fit: Vec<&Function> = self.functions.iter().filter(fits).collect();
        let last = rng.maybe(&fit).filter(|_| rng.chance(50));
        let moving = options.iter().any(|(key, _)| *key == "msfunc");
        let last = last.filter(|_| !moving).map(|f| Ref::Function(f.uid, f.takes, f.gives));
        What::Aggregate { options, last }
    }

    fn sequence(&self, rng: &mut Rng) -> What {
        let all = [("start", 10), ("increment", 2), ("min", 1), ("max", 1000), ("cache", 5), ("increment", 7)];
        let mut options: Vec<(&str, i64)> = if rng.chance(50) { rng.some(&all, 3) } else { Vec::new() };
        options.sort_unstable();
        options.dedup_by_key(|(key, _)| *key);
        let columns: Vec<(Uid, Uid)> =
            self.tables.iter().flat_map(|t| t.columns.iter().map(|c| (t.uid, c.uid))).collect();
        let owner = rng.maybe(&columns).copied().filter(|_| rng.chance(40));
        let kind = *rng.pick(&["bigint", "bigint", "integer", "smallint"]);
        What::Sequence { kind, options, cycle: rng.chance(20), owner }
    }

    fn domain(&self, rng: &mut Rng) -> What {
        let class = *rng.pick(&[Class::Text, Class::Int, Class::Number]);
        let default = texts::default(rng, &Model::default(), class).filter(|_| rng.chance(40));
        What::Domain {
            class,
            kind: rng.pick::<&str>(kinds(class)),
            not_null: rng.chance(20),
            default,
            check: self.value_check(rng, class),
        }
    }

    fn value_check(&self, rng: &mut Rng, class: Class) -> Option<Text> {
        let text = rng.pick(texts::conditions(class)).replace("§0", "VALUE");
        rng.chance(60).then(|| Text::new(&text, Vec::new()))
    }

    fn procedure(&self, rng: &mut Rng) -> What {
        let (language, body) = match rng.maybe(&self.tables) {
            Some(table) if rng.chance(40) => ("sql", Text::new("DELETE FROM §0", vec![Ref::Table(table.uid)])),
            _ if rng.chance(50) => ("plpgsql", Text::new("BEGIN NULL; END", Vec::new())),
            _ => ("sql", Text::new("SELECT 1", Vec::new())),
        };
        What::Procedure { argument: rng.chance(40).then_some("how many"), language, body }
    }

    fn view(&self, rng: &mut Rng) -> Option<What> {
        let materialized = rng.chance(35);
        let (query, first, simple) = self.query(rng)?;
        let mut with: Vec<(&'static str, toml::Value)> = Vec::new();
        if materialized && rng.chance(20) {
            with.push(("fillfactor", 70.into()));
        } else if !materialized {
            ["security_invoker", "security_barrier"].into_iter().for_each(|key| {
                if rng.chance(20) {
                    with.push((key, true.into()));
                }
            });
            if simple && rng.chance(15) {
                with.push(("check_option", "local".into()));
            }
        }
        let columns = if rng.chance(15) { vec!["The first".to_owned()] } else { Vec::new() };
        let index = first.filter(|_| materialized && columns.is_empty() && rng.chance(60));
        Some(What::View { materialized, query, columns, with, index })
    }

    /// A query, the first column of what it gives if that can be indexed, and whether it can be written through.
    fn query(&self, rng: &mut Rng) -> Option<(Text, Option<String>, bool)> {
        let table = *rng.maybe(&self.tables.iter().filter(|t| !t.columns.is_empty()).collect::<Vec<_>>())?;
        let column = rng.pick(&table.columns).clone();
        let other = |c: &Column| Ref::Other(c.uid, c.class);
        let views: Vec<Uid> =
            self.others.iter().filter(|o| matches!(o.what, What::View { .. })).map(|o| o.uid).collect();
        match rng.below(10) {
            9 => {
                let fits = |o: &&Other| matches!(o.what, What::Aggregate { .. });
                let over = table
                    .columns
                    .iter()
                    .find(|c| c.class == Class::Int && !c.kind.contains("big") && c.kind != "int8")?;
                let sum = *rng.maybe(&self.others.iter().filter(fits).collect::<Vec<_>>())?;
                let refs = vec![Ref::Table(table.uid), other(over), Ref::View(sum.uid)];
                Some((Text::new("SELECT §2(o.§1) AS \"all of it\" FROM §0 o", refs), None, false))
            }
            0 if !views.is_empty() => {
                let text = *rng.pick(&["SELECT v.* FROM §0 v", "select count(*) as total from §0"]);
                Some((Text::new(text, vec![Ref::View(*rng.pick(&views))]), None, false))
            }
            1 | 2 if column.class.ordered() => {
                let text = "SELECT o.§1 AS \"the Key\", count(*) as times FROM §0 o GROUP BY o.§1";
                Some((Text::new(text, vec![Ref::Table(table.uid), other(&column)]), Some("the Key".into()), false))
            }
            3 => {
                let join = self.join(rng)?;
                Some((join, None, false))
            }
            4 => {
                // It is called while a materialized view is filled, where the search path is empty.
                let fits = |f: &&Function| f.takes.is_none() && f.gives != Class::Trigger && f.body.refs.is_empty();
                let function = *rng.maybe(&self.functions.iter().filter(fits).collect::<Vec<_>>())?;
                let called = Ref::Function(function.uid, None, function.gives);
                Some((Text::new("select §0() as called, 1 AS \"it's\"", vec![called]), Some("it's".into()), false))
            }
            _ => {
                let columns = rng.some(&table.columns, 3);
                let list: Vec<String> = (1..=columns.len()).map(|at| format!("o.§{at}")).collect();
                let refs = [Ref::Table(table.uid)].into_iter().chain(columns.iter().map(other)).collect();
                let mut text = Text::new(&format!("SELECT {} FROM §0 o", list.join(", ")), refs);
                if let Some(condition) = self.condition_of(rng, &column).filter(|_| rng.chance(60)) {
                    text.text.push_str(" WHERE ");
                    text = text.followed_by(&condition);
                }
                let first = columns.first().filter(|c| c.class.ordered()).map(|c| c.name.clone());
                let simple = !columns.iter().all(|c| matches!(c.filled, Filled::Generated(..)));
                Some((text, first, simple))
            }
        }
    }

    /// A condition over a column of the table that stands in a query as `o`.
    fn condition_of(&self, rng: &mut Rng, column: &Column) -> Option<Text> {
        let text = *rng.pick(texts::conditions(column.class));
        let mut text = texts::over(rng, self, column.class, text, Ref::Other(column.uid, column.class))?;
        text.text = text.text.replace("§0", "o.§0");
        Some(text)
    }

    fn join(&self, rng: &mut Rng) -> Option<Text> {
        let (one, two) = (rng.maybe(&self.tables)?, rng.maybe(&self.tables)?);
        let pairs = one.columns.iter().flat_map(|a| two.columns.iter().map(move |b| (a, b)));
        let fits = |(a, b): &(&Column, &Column)| a.class == b.class && a.class.ordered();
        let pairs: Vec<(&Column, &Column)> = pairs.filter(fits).collect();
        let (a, b) = *rng.maybe(&pairs)?;
        let text = *rng.pick(&[
            "SELECT a.§1 AS left_one, b.§3 AS right_one FROM §0 a JOIN §2 b ON a.§1 = b.§3",
            "select a.§1 from §0 a left outer join §2 as b on b.§3 = a.§1 where b.§3 is null",
            "WITH x AS (SELECT b.§3 AS k FROM §2 b) SELECT a.§1, x.k FROM §0 a, x WHERE x.k = a.§1 ORDER BY 1 DESC",
            "SELECT a.§1 FROM §0 a UNION ALL SELECT b.§3 FROM §2 b",
        ]);
        let column = |c: &Column| Ref::Other(c.uid, c.class);
        Some(Text::new(text, vec![Ref::Table(one.uid), column(a), Ref::Table(two.uid), column(b)]))
    }

    /// A function that triggers call.
    fn trigger_function(&mut self, rng: &mut Rng) -> Uid {
        let there: Vec<Uid> = self.functions.iter().filter(|f| f.gives == Class::Trigger).map(|f| f.uid).collect();
        if let (Some(uid), true) = (rng.maybe(&there), rng.chance(80)) {
            return *uid;
        }
        let (uid, namespace) = (self.uid(), self.place(rng));
        let name = name(rng, &mut self.taken()).replace('(', "[");
        let body = Text::new(rng.pick::<&str>(&["BEGIN RETURN NEW; END", "begin return null; end"]), Vec::new());
        self.functions.push(Function {
            uid,
            namespace,
            name,
            was: None,
            takes: None,
            gives: Class::Trigger,
            argument: None,
            language: "plpgsql",
            volatility: "volatile",
            body,
            more: Vec::new(),
            comment: comment(rng),
        });
        uid
    }

    pub fn trigger(&mut self, rng: &mut Rng, at: usize) -> Option<Part> {
        let function = self.trigger_function(rng);
        let table = &self.tables[at];
        let row = rng.chance(65);
        let mut events = rng.some(&["insert", "update", "delete"], 3);
        if !row && rng.chance(20) {
            events = vec!["truncate"];
        }
        let uids: Vec<Uid> = table.columns.iter().map(|c| c.uid).collect();
        let some = events.contains(&"update") && !uids.is_empty() && rng.chance(30);
        let mut trigger = Trigger {
            timing: rng.pick::<&str>(&["before", "after"]),
            columns: if some { rng.some(&uids, 2) } else { Vec::new() },
            row,
            when: when(rng, &table.columns, &events).filter(|_| row),
            function,
            arguments: if rng.chance(20) { vec!["a", "it's"] } else { Vec::new() },
            tables: [None, None],
            constraint: None,
            enabled: rng.pick::<&str>(&["on", "on", "on", "off", "always", "replica"]),
            events,
        };
        if trigger.timing == "after" && row && rng.chance(20) {
            trigger.constraint = Some(*rng.pick(&["immediate", "deferred", ""]));
        } else if trigger.timing == "after" && trigger.events.len() == 1 && trigger.columns.is_empty() && rng.chance(40)
        {
            let event = trigger.events[0];
            let of = |not: &str, name| (event != not && event != "truncate").then_some(name);
            trigger.tables = [of("insert", "Was"), of("delete", "is_now")];
        }
        Some(Part::Trigger(trigger))
    }
}

/// A condition over the row, where each of the events has one.
fn when(rng: &mut Rng, columns: &[Column], events: &[&str]) -> Option<Text> {
    let plain: Vec<&Column> = columns.iter().filter(|c| !matches!(c.filled, Filled::Generated(..))).collect();
    let column = *rng.maybe(&plain)?;
    let text = match events {
        ["update"] => "OLD.§0 is distinct from NEW.§0",
        _ if events.contains(&"delete") => return None,
        _ => "NEW.§0 IS NOT NULL",
    };
    rng.chance(40).then(|| Text::new(text, vec![Ref::Column(column.uid, column.class)]))
}

/// Changes a trigger in place.
pub fn alter_trigger(rng: &mut Rng, model: &mut Model, at: usize, which: usize) {
    let function = model.trigger_function(rng);
    let Part::Trigger(trigger) = &mut model.tables[at].parts[which].part else { return };
    match rng.below(4) {
        0 => trigger.function = function,
        1 => trigger.enabled = *rng.pick(&["on", "off", "always"]),
        2 => trigger.when = None,
        _ => trigger.arguments = if trigger.arguments.is_empty() { vec!["b"] } else { Vec::new() },
    }
}

/// Changes one of the others, or makes one.
pub fn mutate(rng: &mut Rng, model: &mut Model) {
    if model.others.is_empty() || rng.chance(25) {
        return model.add_other(rng);
    }
    let at = rng.below(model.others.len());
    let mut taken = model.taken();
    match rng.below(6) {
        0 => drop(model.others.remove(at)),
        1 => {
            let it = &mut model.others[at];
            rename(rng, &mut taken, &mut it.name, &mut it.was);
            // Another range in its place has to be there beside it while columns pass over, with another multirange: its
            // constructors keep their names to the end.
            if let (What::Range { options, .. }, None) = (&mut it.what, &it.was) {
                options.retain(|(key, _)| *key != "multirange_type_name");
            }
            if matches!(it.what, What::Procedure { .. } | What::Aggregate { .. }) {
                it.name = it.name.replace('(', "[");
            }
        }
        2 => model.others[at].comment = comment(rng),
        _ => {
            let what = alter(rng, model, at);
            model.others[at].what = what.unwrap_or_else(|| model.others[at].what.clone());
        }
    }
}

fn alter(rng: &mut Rng, model: &Model, at: usize) -> Option<What> {
    let namespace = model.others[at].namespace;
    let mut what = model.others[at].what.clone();
    match &mut what {
        What::Sequence { .. } => {
            let fits = |(table, _): &(Uid, Uid)| model.table(*table).is_some_and(|t| t.namespace == namespace);
            let What::Sequence { kind, options, cycle, owner } = model.sequence(rng) else { return None };
            return Some(What::Sequence { kind, options, cycle, owner: owner.filter(fits) });
        }
        What::Domain { class, kind, not_null, default, check } => match rng.below(4) {
            0 => *kind = *rng.pick(kinds(*class)),
            1 => *not_null = !*not_null,
            2 => *default = texts::default(rng, &Model::default(), *class).filter(|_| default.is_none()),
            _ => *check = model.value_check(rng, *class),
        },
        What::Composite { attributes } => match rng.below(3) {
            0 => attributes.push((name(rng, &mut attributes.iter().map(|a| a.0.clone()).collect()), "text")),
            1 if attributes.len() > 1 => drop(attributes.remove(rng.below(attributes.len()))),
            // A number is a text, and no truth is a number.
            _ if ["integer", "bigint"].contains(&attributes[0].1) => attributes[0].1 = *rng.pick(&["text", "bigint"]),
            _ => attributes[0].1 = "text",
        },
        What::Range { options, .. } => match rng.below(2) {
            0 => options.retain(|(key, _)| *key != "multirange_type_name"),
            _ => options.clear(),
        },
        What::Aggregate { .. } => return Some(model.aggregate(rng)),
        What::View { with, query, index, .. } => match rng.below(3) {
            0 => with.clear(),
            1 => *index = None,
            _ => {
                let (new, first, _) = model.query(rng)?;
                // Only what was there before it can be read, so that no view reads itself.
                let older = |one: &Ref| !matches!(one, Ref::View(uid) if *uid >= model.others[at].uid);
                if !new.refs.iter().all(older) {
                    return None;
                }
                (*query, *index) = (new, index.take().and(first));
                with.retain(|(key, _)| *key != "check_option");
            }
        },
        What::Procedure { argument, .. } if rng.chance(50) => {
            *argument = if argument.is_some() { None } else { Some("much") };
        }
        What::Procedure { .. } => return Some(model.procedure(rng)),
    }
    Some(what)
}
