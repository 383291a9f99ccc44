//! The list of hazards as the documentation shows it.

use super::ALL;

/// A table in Markdown, one hazard a row.
pub fn table() -> String {
    let mut out =
        "| hazard | what happens | for example | not so | instead | |\n|---|---|---|---|---|---|\n".to_owned();
    for rule in ALL {
        let brings = rule.includes.map(|lesser| format!("; `{}` too", lesser.name)).unwrap_or_default();
        let refused = if rule.refused { "refused" } else { "" };
        let (bad, good) = (rule.bad.what, rule.good.what);
        out.push_str(&format!(
            "| `{}` | {}{brings} | {bad} | {good} | {} | {refused} |\n",
            rule.name, rule.effect, rule.instead
        ));
    }
    out
}
