//! The names that PostgreSQL gives to constraints without one (`makeObjectName` and `ChooseConstraintName` in its
//! source, `src/backend/commands/indexcmds.c` and `src/backend/catalog/pg_constraint.c`).

/// The longest name in bytes: `NAMEDATALEN - 1`.
pub(super) const LONGEST: usize = 63;

/// `table_columns_label`, the longer of the first two cut where the whole is too long.
pub(crate) fn make(table: &str, columns: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(columns.is_some());
    let room = LONGEST.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), columns.map_or(0, str::len));
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let table = clip(table, first);
    match columns {
        Some(columns) => format!("{table}_{}_{label}", clip(columns, second)),
        None => format!("{table}_{label}"),
    }
}

/// The columns' names in one, as PostgreSQL joins them: it stops where the name is long enough anyway.
pub(crate) fn joined(columns: &[String]) -> String {
    let mut all = String::new();
    for column in columns {
        if !all.is_empty() {
            all.push('_');
        }
        all.push_str(column);
        if all.len() > LONGEST {
            break;
        }
    }
    all
}

/// The first free name of `…_label`, `…_label1`, `…_label2`.
pub(super) fn choose(table: &str, columns: Option<&str>, label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = make(table, columns, label);
    let mut pass = 0_usize;
    while taken(&name) {
        pass += 1;
        name = make(table, columns, &format!("{label}{pass}"));
    }
    name
}

/// At most so many bytes, never half a character.
fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_server() {
        assert_eq!(make("users", Some("email"), "key"), "users_email_key");
        assert_eq!(make("users", None, "pkey"), "users_pkey");
        let columns = joined(&["tenant_id".to_owned(), "email".to_owned()]);
        assert_eq!(make("users", Some(&columns), "key"), "users_tenant_id_email_key");
    }

    #[test]
    fn the_longer_part_is_cut_first() {
        let (long, other) = ("t".repeat(63), "c".repeat(63));
        assert_eq!(make(&long, None, "pkey"), format!("{}_pkey", "t".repeat(58)));
        assert_eq!(make(&long, Some("id"), "fkey"), format!("{}_id_fkey", "t".repeat(55)));
        assert_eq!(make(&long, Some(&other), "fkey"), format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
        assert_eq!(make("t", Some(&other), "check"), format!("t_{}_check", "c".repeat(55)));
    }

    #[test]
    fn a_character_is_never_cut_in_half() {
        let name = make(&"ä".repeat(31), Some("b"), "pkey");
        assert_eq!(name, format!("{}_b_pkey", "ä".repeat(28)));
        assert!(name.len() <= LONGEST);
    }

    #[test]
    fn a_taken_name_gets_a_number_before_it_is_cut() {
        let taken = ["users_email_key", "users_email_key1"];
        assert_eq!(choose("users", Some("email"), "key", |name| taken.contains(&name)), "users_email_key2");
        let long = "t".repeat(63);
        let first = make(&long, None, "pkey");
        assert_eq!(choose(&long, None, "pkey", |name| name == first), format!("{}_pkey1", "t".repeat(57)));
    }
}
