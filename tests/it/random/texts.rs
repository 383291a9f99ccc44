//! Expressions in the wordings that people use, which are seldom PostgreSQL's own.

use super::model::{Class, Model, Ref, Table, Text, Uid, What};
use super::prng::Rng;

/// What is true or not of one column; immutable, so that an index may have it too.
pub fn conditions(class: Class) -> &'static [&'static str] {
    match class {
        Class::Text => &[
            "§0 <> ''",
            "length(§0) between 1 and 200",
            "§0 IN ('a', 'b', 'c')",
            "§0 not in ('x')",
            "lower(§0)=§0",
            "§0 LIKE 'a%'",
            "§0 ~ '^[a-z]+$'",
            "coalesce(§0, '') <> 'z'",
            "§0 = any(array['p','q'])",
            "NOT (§0 is null OR §0 = '')",
            "§0 COLLATE \"C\" < 'm'",
            "§0 = E'it\\'s'",
            "position('x' in §0) = 0",
            "substring(§0 from 1 for 2) <> 'zz'",
            "trim(both from §0) <> ''",
            "§0 ilike '%b' /* or so */",
        ],
        Class::Int => &[
            "§0 > 0",
            "§0 >= 0 and §0 < 100",
            "§0 BETWEEN 1 AND 5",
            "§0 % 2 = 0",
            "- §0 < 5",
            "§0 IN (1,2,3)",
            "§0::text <> '7'",
            "case when §0 > 3 then true else false end",
            "§0 is distinct from 3",
            "abs(§0) < 10",
            "cast(§0 as numeric) != 1.5",
            "greatest(§0, 1) > 0",
        ],
        Class::Number => {
            &["§0 > 0", "§0 >= 0.5", "§0 BETWEEN 0 AND 99.99", "round(§0::numeric) = 1", "§0 != 3", "§0 is null"]
        }
        Class::Bool => &["§0", "NOT §0", "§0 is true", "§0 IS NOT FALSE", "§0 = true", "(§0 or not §0)"],
        Class::Uuid => {
            &["§0 is not null", "§0 <> '00000000-0000-0000-0000-000000000000'", "§0 is null or §0::text <> ''"]
        }
        Class::Time => &["§0 is not null", "§0 > '2000-01-01'", "§0 between '2000-01-01' and '2100-01-01'"],
        Class::Json => &[
            "§0 ? 'a'",
            "§0 @> '{\"a\": 1}'",
            "jsonb_typeof(§0) = 'object'",
            "§0 ->> 'k' = 'v'",
            "(§0 -> 'k') is null",
        ],
        Class::Texts => &["cardinality(§0) > 0", "'a' = ANY (§0)", "§0 <> '{}'", "§0 && ARRAY['x']", "§0[1] = 'b'"],
        Class::Ints => &["1 = any(§0)", "§0 <> array[1,2]", "array_length(§0, 1) < 5"],
        Class::Range => &["not isempty(§0)", "§0 @> 5", "lower(§0) > 0"],
        Class::Inet => &["§0 <<= '10.0.0.0/8'", "family(§0) = 4"],
        Class::Vector => &["§0 is not null", "vector_dims(§0) = 3"],
        Class::Enum(_) => {
            &["§0 = §1", "§0 <> §1::§2", "§0 IN (§1)", "§0 in (§1, §1)", "§0 is not null", "coalesce(§0, §1) = §1"]
        }
        Class::Enums(_) => &["§1 = any(§0)", "cardinality(§0) < 3"],
        Class::Array(_) => &["§0 is not null", "cardinality(§0) < 3"],
        Class::Domain(_) | Class::Composite(_) | Class::Misc | Class::Trigger => &["§0 is not null"],
    }
}

/// Values for a column that is not given any.
fn values(class: Class) -> &'static [&'static str] {
    match class {
        Class::Text => &["'x'", "''", "'it''s'", "'a' || 'b'", "upper('abc')", "'q'::text", "('z')", "E'\\t'", "null"],
        Class::Int => &["0", "-1", "42", "1 + 1", "'7'", "(5)::int", "+3", "length('abc')"],
        Class::Number => &["0", "1.5", "0.00", "-3.25", "1e2", "'2.5'"],
        Class::Bool => &["true", "false", "'t'", "NOT false", "TRUE", "1 = 1"],
        Class::Uuid => &["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'", "null"],
        Class::Time => &["now()", "CURRENT_TIMESTAMP", "'2020-01-01'", "now() + interval '1 day'", "LOCALTIMESTAMP"],
        Class::Json => &["'{}'", "'[]'::jsonb", "jsonb_build_object('a', 1)", "'{\"a\": [1, 2]}'"],
        Class::Texts => &["'{}'", "ARRAY['a','b']", "ARRAY[]::text[]", "array['x'] || array['y']"],
        Class::Ints => &["'{}'", "ARRAY[1,2]", "'{1,2}'"],
        Class::Range => &["'empty'", "int4range(1, 5)", "'[1,5)'"],
        Class::Inet => &["'127.0.0.1'", "inet '10.0.0.0/8'"],
        Class::Vector => &["'[1,2,3]'"],
        Class::Enum(_) => &["§0", "§0::§1", "(§0)"],
        Class::Enums(_) => &["'{}'", "array[§0]::§1[]", "ARRAY[]::§1[]"],
        Class::Array(_) => &["'{}'", "null"],
        Class::Domain(_) | Class::Composite(_) | Class::Misc | Class::Trigger => &["null"],
    }
}

/// What can be computed from a column, and stays of its class.
pub fn computed(class: Class) -> &'static [&'static str] {
    match class {
        Class::Text => &["lower(§0)", "§0 || '_x'", "coalesce(§0,'')", "left(§0, 3)", "replace(§0, 'a', 'b')"],
        Class::Int => &["§0 * 2", "§0 + 1", "(§0 - 1)", "coalesce(§0, 0)", "abs(§0)"],
        Class::Number => &["§0 * 2", "§0 + 1", "round(§0)"],
        Class::Bool => &["not §0", "§0 is true"],
        Class::Json => &["§0 || '{}'", "§0 - 'a'"],
        Class::Texts => &["§0 || 'z'::text", "array_append(§0, 'b')"],
        _ => &[],
    }
}

/// An expression over a column of the table, named in a way.
pub fn over(rng: &mut Rng, model: &Model, class: Class, text: &'static str, column: Ref) -> Option<Text> {
    let mut refs = vec![column];
    if let Some(uid) = class.of_enum() {
        let value = rng.maybe(&model.enumeration(uid)?.values)?.0.clone();
        refs.extend([Ref::Value(uid, value), Ref::Type(uid)]);
    }
    let used = refs.len() - usize::from(!text.contains("§2") && refs.len() == 3);
    refs.truncate(if text.contains("§1") { used } else { 1 });
    Some(Text::new(text, refs))
}

/// A condition over one column.
fn simple(rng: &mut Rng, model: &Model, table: &Table) -> Option<Text> {
    let column = rng.maybe(&table.columns)?.clone();
    let text = *rng.pick(conditions(column.class));
    over(rng, model, column.class, text, Ref::Column(column.uid, column.class))
}

/// A condition that a check or an index may have.
pub fn condition(rng: &mut Rng, model: &Model, table: &Table) -> Option<Text> {
    let first = call(rng, model, table, true).filter(|_| rng.chance(15)).or_else(|| simple(rng, model, table))?;
    if rng.chance(70) {
        return Some(first);
    }
    let second = simple(rng, model, table)?;
    Some(first.join(rng.pick::<&str>(&["AND", "or", "and not"]), &second))
}

/// A call of a function of the user's that is true or not.
fn call(rng: &mut Rng, model: &Model, table: &Table, immutable: bool) -> Option<Text> {
    let fits =
        |one: &&super::model::Function| one.gives == Class::Bool && (!immutable || one.volatility == "immutable");
    let function = rng.maybe(&model.functions.iter().filter(fits).collect::<Vec<_>>()).copied()?;
    let name = Ref::Function(function.uid, function.takes, function.gives);
    let Some(takes) = function.takes else { return Some(Text::new("§0()", vec![name])) };
    let column = table
        .columns
        .iter()
        .find(|column| column.class == takes && !matches!(column.kind.as_str(), "bigint" | "int8" | "bigserial"))?;
    Some(Text::new("§0(§1)", vec![name, Ref::Column(column.uid, takes)]))
}

/// A condition that a policy may have: sub-selects and calls too.
pub fn rule(rng: &mut Rng, model: &Model, table: &Table) -> Option<Text> {
    let first = match rng.below(5) {
        0 | 1 => tenant(rng, model, table),
        2 | 3 => sub_select(rng, model, table),
        _ => call(rng, model, table, false),
    };
    let first = first.or_else(|| condition(rng, model, table))?;
    if rng.chance(70) {
        return Some(first);
    }
    let second = condition(rng, model, table)?;
    Some(first.join(rng.pick::<&str>(&["AND", "or"]), &second))
}

fn tenant(rng: &mut Rng, model: &Model, table: &Table) -> Option<Text> {
    let column = table.columns.iter().find(|column| column.class == Class::Uuid)?;
    let fits: Vec<_> = model.functions.iter().filter(|one| one.gives == Class::Uuid && one.takes.is_none()).collect();
    let function = rng.maybe(&fits)?;
    let text = *rng.pick(&["§0 = §1()", "§0 = (select §1())", "(§0)=(SELECT §1() AS tenant)"]);
    let name = Ref::Function(function.uid, function.takes, function.gives);
    Some(Text::new(text, vec![Ref::Column(column.uid, Class::Uuid), name]))
}

fn sub_select(rng: &mut Rng, model: &Model, table: &Table) -> Option<Text> {
    let other = rng.maybe(&model.tables)?;
    let pairs: Vec<(Uid, Uid, Class)> = table
        .columns
        .iter()
        .flat_map(|own| other.columns.iter().map(move |theirs| (own, theirs)))
        .filter(|(own, theirs)| own.class == theirs.class && own.class.ordered())
        .map(|(own, theirs)| (own.uid, theirs.uid, own.class))
        .collect();
    let (own, theirs, class) = *rng.maybe(&pairs)?;
    // An array of arrays is one array of their members.
    let is_array = matches!(class, Class::Texts | Class::Ints | Class::Enums(_));
    let text = *rng.pick(&[
        "EXISTS (SELECT FROM §0 o WHERE o.§1 = §2)",
        "exists(select 1 from §0 as o where o.§1=§2 limit 1)",
        "§2 IN (SELECT o.§1 FROM §0 o)",
        "§2 = any (array(select o.§1 from §0 o where o.§1 is not null))",
        "NOT EXISTS (SELECT * FROM (select o.§1 as x from §0 o) s WHERE s.x = §2)",
    ]);
    let text = if is_array && text.contains("array(") { "§2 IN (SELECT o.§1 FROM §0 o)" } else { text };
    // A whole row in a policy would hang on every column.
    Some(Text::new(text, vec![Ref::Table(other.uid), Ref::Other(theirs, class), Ref::Own(own, class)]))
}

/// A default for a column of a class.
pub fn default(rng: &mut Rng, model: &Model, class: Class) -> Option<Text> {
    let sequences = model.others.iter().filter(|one| matches!(one.what, What::Sequence { .. }));
    let sequences: Vec<Uid> = sequences.map(|one| one.uid).collect();
    if let (Some(uid), Class::Int, true) = (rng.maybe(&sequences), class, rng.chance(20)) {
        return Some(Text::new("nextval(§0)", vec![Ref::Sequence(*uid)]));
    }
    let calls = model.functions.iter().filter(|one| one.gives == class && one.takes.is_none());
    let calls: Vec<_> = calls.filter(|one| !one.body.refs.iter().any(|r| matches!(r, Ref::Table(_)))).collect();
    if let (Some(function), true) = (rng.maybe(&calls), rng.chance(30)) {
        return Some(Text::new("§0()", vec![Ref::Function(function.uid, None, class)]));
    }
    let text = *rng.pick(values(class));
    let mut refs = Vec::new();
    if let Some(uid) = class.of_enum() {
        let value = rng.maybe(&model.enumeration(uid)?.values)?.0.clone();
        refs.extend([Ref::Value(uid, value), Ref::Type(uid)]);
        refs.truncate(if text.contains("§1") { 2 } else { usize::from(text.contains("§0")) });
    }
    Some(Text::new(text, refs))
}
