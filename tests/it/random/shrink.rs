//! Makes a failing pair small: takes away what it fails without, in both declarations, then in one.

use toml::{Table, Value};

/// A place in a declaration: the keys that lead there.
type Path = Vec<String>;

/// The smallest pair found that still fails.
///
/// From the outside inwards: many entries at a time first, then each by itself, from both declarations or from one.
pub fn shrink(from: &str, to: &str, fails: impl Fn(&str, &str) -> bool) -> (String, String) {
    let mut pair: [Table; 2] = [from.parse().unwrap(), to.parse().unwrap()];
    let text = |table: &Table| toml::to_string(table).unwrap();
    // Enough to be read, and little enough to be waited for.
    let mut left = 250_usize;
    loop {
        let mut smaller = false;
        for depth in 1..=6 {
            let mut size = paths(&pair, depth).len().div_ceil(2);
            while size > 0 {
                for some in paths(&pair, depth).chunks(size) {
                    for sides in [&[0, 1][..], &[0], &[1]] {
                        let mut tried = pair.clone();
                        let mut gone = 0;
                        for (path, side) in some.iter().flat_map(|path| sides.iter().map(move |side| (path, *side))) {
                            gone += usize::from(remove(&mut tried[side], path));
                        }
                        if gone == 0 || left == 0 {
                            continue;
                        }
                        left -= 1;
                        if fails(&text(&tried[0]), &text(&tried[1])) {
                            pair = tried;
                            smaller = true;
                            break;
                        }
                    }
                }
                size /= 2;
            }
        }
        if !smaller || left == 0 {
            return (text(&pair[0]), text(&pair[1]));
        }
    }
}

/// Whether what the server misses is declared: else it is missed because it was taken away, which is no mistake.
pub fn is_declared(message: &str, declarations: &[&str]) -> bool {
    let line = message.lines().next().unwrap_or_default();
    let Some((said, _)) = line.split_once(" does not exist") else { return true };
    let name = said.rsplit(": ").next().unwrap_or(said);
    let name = name.split_once(' ').map_or(name, |(_, name)| name);
    let name = name.split('(').next().unwrap_or(name).trim_matches('"');
    let last = name.rsplit(['.', '"']).next().unwrap_or(name);
    declarations.iter().any(|toml| toml.parse::<Table>().is_ok_and(|table| has_key(&table, last)))
}

fn has_key(table: &Table, name: &str) -> bool {
    table.iter().any(|(key, value)| {
        key.ends_with(name)
            || key.contains(&format!("{name}("))
            || value.as_table().is_some_and(|inner| has_key(inner, name))
    })
}

/// Every place so deep.
fn paths(pair: &[Table; 2], depth: usize) -> Vec<Path> {
    let mut all = Vec::new();
    pair.iter().for_each(|table| collect(table, depth, &mut Vec::new(), &mut all));
    all.sort();
    all.dedup();
    all
}

fn collect(table: &Table, depth: usize, at: &mut Path, all: &mut Vec<Path>) {
    for (key, value) in table {
        at.push(key.clone());
        match value {
            _ if depth == 1 => all.push(at.clone()),
            Value::Table(inner) => collect(inner, depth - 1, at, all),
            _ => {}
        }
        at.pop();
    }
}

fn remove(table: &mut Table, path: &[String]) -> bool {
    match path {
        [] => false,
        [key] => table.remove(key).is_some(),
        [key, rest @ ..] => table.get_mut(key).and_then(Value::as_table_mut).is_some_and(|inner| remove(inner, rest)),
    }
}
