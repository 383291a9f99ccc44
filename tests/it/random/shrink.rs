//! Makes a failing pair small: takes away what it fails without, in both declarations, then in one.

use toml::{Table, Value};

/// A place in a declaration: the keys that lead there.
type Path = Vec<String>;

/// The smallest pair found that still fails.
pub fn shrink(from: &str, to: &str, fails: impl Fn(&str, &str) -> bool) -> (String, String) {
    let mut pair: [Table; 2] = [from.parse().unwrap(), to.parse().unwrap()];
    let text = |table: &Table| toml::to_string(table).unwrap();
    // Enough to be read; a walk takes a tenth of a second.
    let mut left = 400_usize;
    loop {
        let mut smaller = false;
        for depth in 1..=6 {
            for path in paths(&pair, depth) {
                for sides in [&[0, 1][..], &[0], &[1]] {
                    let mut tried = pair.clone();
                    let gone = sides.iter().filter(|side| remove(&mut tried[**side], &path)).count();
                    left = left.saturating_sub(1);
                    if gone == sides.len() && left > 0 && fails(&text(&tried[0]), &text(&tried[1])) {
                        pair = tried;
                        smaller = true;
                        break;
                    }
                }
            }
        }
        if !smaller {
            return (text(&pair[0]), text(&pair[1]));
        }
    }
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
