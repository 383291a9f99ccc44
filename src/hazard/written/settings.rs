//! Settings by which policies know for whom they decide, where code reads or changes them.

use super::words::Words;

/// What is set that decides whoever the policies are: nobody knows any more for whom they let rows through.
const WHO: &[&str] = &["role", "session_authorization", "row_security"];

/// The settings that code changes; nothing stands for one that may be any.
pub(super) fn changed(words: &Words) -> Vec<Option<String>> {
    const BEFORE: &[&str] = &["", ";", "begin", "then", "else", "loop", "atomic"];
    let mut all = Vec::new();
    for at in 0..words.len() {
        let here = words.skip(at);
        let before = at.checked_sub(1).map_or("", |before| words.word(before));
        if here.name(0) == Some("set_config") && here.word(1) == "(" {
            all.push(here.literal(2).filter(|_| here.word(3) == ",").map(str::to_lowercase));
        } else if here.begins_with(&["set", "reset"]) && BEFORE.contains(&before) {
            let what = here.skip(1).past_any(&["local", "session"]);
            all.push(match what.word(1) {
                "." => what.name(0).zip(what.name(2)).map(|(of, name)| format!("{of}.{name}").to_lowercase()),
                _ if what.begin(&["all"]) || what.begin(&["authorization"]) => None,
                _ => Some(what.shown().to_lowercase()),
            });
        }
    }
    let who = |it: &String| WHO.contains(&it.as_str());
    all.into_iter().map(|it| it.filter(|name| !who(name))).collect()
}

/// The settings that code reads.
pub(super) fn read(words: &Words) -> Vec<String> {
    let calls = (0..words.len()).map(|at| words.skip(at)).filter(|it| it.name(0) == Some("current_setting"));
    calls.filter_map(|it| it.literal(2).map(str::to_lowercase)).collect()
}

/// The settings that a function changes that a statement makes.
pub(super) fn of_routine(words: &Words) -> Vec<Option<String>> {
    let texts = (0..words.len()).filter_map(|at| words.literal(at)).map(Words::of);
    let body = words.find(&["atomic"]).or(words.find(&["return"])).map(|at| words.skip(at + 1));
    texts.chain(body).flat_map(|text| changed(&text)).collect()
}
