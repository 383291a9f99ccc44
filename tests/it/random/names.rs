//! Names and comments, odd ones among them.

use std::collections::HashSet;

use super::prng::Rng;

/// Names that a careless quoting or splitting would break.
const ODD: &[&str] = &[
    "order",
    "user",
    "select",
    "Table",
    "a b",
    "ünïcode",
    "x\"y",
    "it's",
    "MixedCase",
    "1st",
    "value",
    "type",
    "comment",
    "naïve ☃",
    "a-b",
    "end",
    "$dollar",
    "back\\slash",
    "100%",
    "a,b",
    "(x)",
    "default",
    "new",
    "o",
    "name",
    "{tenant}",
    "a_name_of_sixty_three_bytes_which_is_the_longest_that_there_can_b",
    "-- x",
    "/* x",
    ";",
    "'",
    "all",
    "public",
    "x;y",
    "§",
    "back\\slash -- x",
    "\"quoted\"",
    "ГРОМ",
    "null",
    "array",
    "🐘",
    " lead",
    "trail ",
    "tab\tin",
    "line\nbreak",
    "dot.ted",
    "$$",
    "%s",
    "_dbtool",
    "pg",
    "ёжик_с_именем_в_63_байта_ёёёёёё",
];

const PLAIN: &[&str] =
    &["id", "tenant_id", "email", "note", "kind", "created", "items", "users", "events", "mood", "state", "amount"];

/// A name that is not taken, and takes it.
pub fn name(rng: &mut Rng, taken: &mut HashSet<String>) -> String {
    for _ in 0..20 {
        let from = if rng.chance(35) { ODD } else { PLAIN };
        let mut name: String = (*rng.pick(from)).to_owned();
        while name.len() > 63 {
            name.pop();
        }
        if taken.insert(name.clone()) {
            return name;
        }
    }
    let name = format!("n{}", rng.below(100_000));
    if taken.insert(name.clone()) { name } else { self::name(rng, taken) }
}

pub fn comment(rng: &mut Rng) -> Option<String> {
    rng.chance(15).then(|| (*rng.pick(&["plain", "it's \\ \"x\" $$", "☃\nsecond line", " "])).to_owned())
}
