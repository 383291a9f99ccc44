//! The nearest known name to one that is not known, for "did you mean".

/// The known name that `word` was most likely meant to be; none when nothing is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |name: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let (far, name) = known.into_iter().map(|name| (distance(name), name)).min()?;
    let allowed = (word.chars().count() / 3).max(1);
    (far <= allowed).then_some(name)
}

/// What to try instead of `word`: the nearest known name, else all of them.
pub(crate) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            let all: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
            if all.is_empty() { "none are known here".to_owned() } else { format!("known are {}", all.join(", ")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let known = ["sslmode", "sslrootcert", "host", "port"];
        assert_eq!(nearest("sslmod", known), Some("sslmode"));
        assert_eq!(nearest("SSLRootCert", known), Some("sslrootcert"));
        assert_eq!(nearest("elephant", known), None);
        assert_eq!(suggestion("prot", known), "did you mean `port`?");
        assert_eq!(suggestion("zzzzz", ["a", "b"]), "known are `a`, `b`");
    }
}
