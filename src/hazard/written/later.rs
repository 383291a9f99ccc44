//! What a file hangs on something, or puts in the place of what hangs there: it runs when others read or write.

use super::names::Names;
use super::words::Words;
use super::{About, Calls, Sets, Told, code, moved, settings};
use crate::hazard::WEAKENS_ACCESS;

/// Says what others run from now on.
pub(super) fn judge(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let what = words.skip(1).past(&["or", "replace"]);
    if let Some(hung) = names.running.hangs(words, &what) {
        let calls = names.running.reached(hung.calls);
        sets(&hung.what, Vec::new(), calls.clone(), None, names, told);
        moved::carried(&calls, names, told);
    }
    if words.begin(&["create", "or", "replace"]) && code::makes_function(words) {
        replaced(words, &what, names, told);
    }
    if words.begin(&["create", "cast"]) {
        cast(&words.skip(2), names, told);
    }
}

/// A function that takes the place of one that others may run without knowing.
fn replaced(words: &Words, what: &Words, names: &Names, told: &mut Vec<Told>) {
    let Some(name) = what.skip(1).last_name() else { return };
    let calls = names.running.reached(code::harmless(words).unwrap_or_default());
    let detail = format!("rows that `{name}` moves come to where others may read them");
    let under = |about: About| About::Under(name.clone(), Box::new(about));
    let own = code::moves(words).into_iter().map(|about| moved::resolved(&about, names));
    let carried = calls.functions.iter().flat_map(|name| names.running.carried(name));
    let carried = carried.map(|about| moved::resolved(about, names));
    let there = (calls != Calls::default()).then(|| About::Carries(calls.clone()));
    let all = own.chain(carried).chain(there).map(under);
    told.extend(all.map(|about| Told::of(&WEAKENS_ACCESS, detail.clone(), about)));
    let shown = format!("`{name}`");
    sets(&shown, settings::of_routine(words), calls, Some(&name), names, told);
}

/// Settings by which policies decide, which are others after somebody wrote or read.
fn sets(what: &str, own: Vec<Option<String>>, by: Calls, under: Option<&String>, names: &Names, told: &mut Vec<Told>) {
    let of_file = by.functions.iter().flat_map(|name| names.running.sets(name)).cloned();
    let settings: Vec<Option<String>> = own.into_iter().chain(of_file).collect();
    if settings.is_empty() && by == Calls::default() {
        return;
    }
    let about = About::Sets(Sets { settings, by });
    let about = match under {
        Some(name) => About::Under(name.clone(), Box::new(about)),
        None => about,
    };
    let detail = format!("{what} may change for whom policies let rows through");
    told.push(Told::of(&WEAKENS_ACCESS, detail, about));
}

/// A conversion between what was there before means another one in the texts of functions from now on.
fn cast(words: &Words, names: &Names, told: &mut Vec<Told>) {
    let inside = words.skip(1).inside();
    let own = |it: &Words| {
        let name = it.dotted().0;
        names.has_object(&name) || names.made(&name).is_some()
    };
    if !own(&inside) && !own(&inside.after("as")) {
        let detail = format!("code that policies call may convert `{}` otherwise", inside.sql());
        told.push(Told::of(&WEAKENS_ACCESS, detail, About::Closed));
    }
}
