//! What is brought from one row to another: by windows, and by rows that are joined although they are said to be different.

use super::crossing::{end_of_name, start_of_name};
use super::words::Words;

/// By which columns the rows of each window are held together, as far as it carries values and does not only count.
pub(super) fn windows(words: &Words) -> Vec<Vec<String>> {
    const COUNTS: &[&str] =
        &["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "count", "filter"];
    let carries = |at: &usize| {
        let mut call = start_of_call(words, *at);
        if call.is_some_and(|call| words.word(call) == "filter") {
            call = call.and_then(|call| start_of_call(words, call));
        }
        call.is_none_or(|call| !COUNTS.contains(&words.word(call)))
    };
    let all = (1..words.len()).filter(|at| words.word(*at) == "over" && words.word(at - 1) == ")");
    all.filter(carries).map(|at| together(&window(words, at + 1))).collect()
}

/// What a window says, which may stand behind its name elsewhere.
fn window(words: &Words, at: usize) -> Words {
    if words.word(at) == "(" {
        return words.skip(at + 1).inside();
    }
    let is_it = |it: &usize| words.word(*it) == words.word(at) && words.skip(it + 1).begin(&["as", "("]);
    (0..words.len()).find(is_it).map_or(words.take(0), |it| words.skip(it + 3).inside())
}

fn together(window: &Words) -> Vec<String> {
    let list = window.find(&["partition", "by"]).map_or(window.take(0), |at| window.skip(at + 2));
    let list = list.before(&["order", "rows", "range", "groups"]);
    list.split(",").iter().filter(|it| end_of_name(it) == it.len()).filter_map(Words::last_name).collect()
}

/// Where the name stands that is called with the parentheses that end before a word.
fn start_of_call(words: &Words, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for it in (0..at).rev() {
        match words.word(it) {
            ")" => depth += 1,
            "(" if depth == 1 => return it.checked_sub(1),
            "(" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The columns that are said to be different, or that two rows are asked to have different values of.
pub(super) fn apart(words: &Words) -> Vec<String> {
    let (mut all, mut picked) = (Vec::new(), Vec::<(String, String, String)>::new());
    for at in 1..words.len() {
        let from = start_of_name(words, at - 1);
        let left = words.skip(from).take(at - from);
        let Some(name) = left.last_name() else { continue };
        if ["<>", "!="].contains(&words.word(at)) && words.name(at + 1).is_some() {
            all.extend([name].into_iter().chain(words.skip(at + 1).last_name()));
        } else if words.skip(at).begin(&["is", "distinct", "from"]) && words.name(at + 3).is_some() {
            all.extend([name].into_iter().chain(words.skip(at + 3).last_name()));
        } else if words.word(at) == "=" && words.name(at + 1).is_none() {
            let (of, value) = (left.sql(), words.word(at + 1).to_owned());
            let other = |(before, by, said): &(String, String, String)| *before == name && *by != of && *said != value;
            all.extend(picked.iter().any(other).then(|| name.clone()));
            picked.push((name, of, value));
        }
    }
    all
}
