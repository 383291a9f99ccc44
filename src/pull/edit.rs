//! Changes to a document that leave the author's comments, order and spacing as they are.

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::value::{Body, Toml};

mod array;

use array::{extend, rearrange};

/// The table under a path.
pub(super) fn table_at<'a>(document: &'a mut DocumentMut, path: &[String]) -> Option<&'a mut dyn TableLike> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in path {
        table = table.get_mut(key)?.as_table_like_mut()?;
    }
    Some(table)
}

/// Puts the keys under a path into an order.
pub(super) fn sort(document: &mut DocumentMut, path: &[String], order: &[&str]) {
    let Some((last, parents)) = path.split_last() else { return };
    let place = |key: &Key| order.iter().position(|name| *name == key.get());
    match table_at(document, parents).and_then(|table| table.get_mut(last)) {
        Some(Item::Table(table)) => table.sort_values_by(|a, _, b, _| place(a).cmp(&place(b))),
        Some(Item::Value(Value::InlineTable(table))) => table.sort_values_by(|a, _, b, _| place(a).cmp(&place(b))),
        _ => {}
    }
}

/// Whether something stands under a path.
pub(super) fn has(document: &DocumentMut, path: &[String]) -> bool {
    let mut item = document.as_item();
    path.iter().all(|key| match item.get(key) {
        Some(inner) => {
            item = inner;
            true
        }
        None => false,
    })
}

/// Takes out what stands under a path, and the headers above it that hold nothing then. Says whether there was anything.
pub(super) fn remove(document: &mut DocumentMut, path: &[String]) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    let Some(table) = table_at(document, parents) else { return false };
    if !take(table, last) {
        return false;
    }
    // A table that nothing is said of any more is still a table, and so is an enum.
    if table.is_empty() && (parents.len() > 2 || parents.len() == 1) {
        remove(document, parents);
    }
    true
}

/// Takes an entry out of a list of tables; the list stays, for those that may come.
pub(super) fn remove_entry(document: &mut DocumentMut, list: &str, at: usize) {
    match document.get_mut(list) {
        Some(Item::ArrayOfTables(tables)) if at < tables.len() => drop(tables.remove(at)),
        Some(Item::Value(Value::Array(array))) if at < array.len() => drop(array.remove(at)),
        _ => {}
    }
}

/// Takes out a list that nothing is left in.
pub(super) fn remove_empty(document: &mut DocumentMut, list: &str) {
    let is_empty = document.get(list).is_some_and(|item| match item {
        Item::ArrayOfTables(tables) => tables.is_empty(),
        Item::Value(Value::Array(array)) => array.is_empty(),
        _ => false,
    });
    if is_empty {
        document.remove(list);
    }
}

/// Takes a key out of a table. Says whether it was there.
pub(super) fn take(table: &mut dyn TableLike, key: &str) -> bool {
    table.remove(key).is_some()
}

/// Puts a value under a key: in place where there is one, else at the end. Says whether anything changed.
pub(super) fn set(table: &mut dyn TableLike, key: &str, value: &Toml) -> bool {
    if let Some(item) = table.get_mut(key).filter(|item| !item.is_none()) {
        return overwrite(item, value);
    }
    let Some(mut new) = value.to_edit() else { return false };
    new.decor_mut().clear();
    let mut name = Key::new(key);
    if let Some(width) = width_of(table) {
        let length = name.display_repr().chars().count();
        name.leaf_decor_mut().set_suffix(" ".repeat(width.saturating_sub(length).max(1)));
    }
    table.entry_format(&name).or_insert(Item::Value(new));
    true
}

/// How far the `=` is from the beginning of each line, where that is the same for all of them and there are several.
fn width_of(table: &dyn TableLike) -> Option<usize> {
    let mut widths = table.iter().filter(|(_, item)| item.is_value()).filter_map(|(name, _)| {
        let key = table.key(name)?;
        let blanks = key.leaf_decor().suffix().and_then(|blanks| blanks.as_str()).map_or(1, str::len);
        Some(key.display_repr().chars().count() + blanks)
    });
    let first = widths.next()?;
    let (mut count, mut same) = (1, true);
    for width in widths {
        count += 1;
        same &= width == first;
    }
    (count > 1 && same).then_some(first)
}

/// Makes an item say something else. What says it already is left as it is.
pub(super) fn overwrite(item: &mut Item, to: &Toml) -> bool {
    if Toml::of_item(item).as_ref() == Some(to) {
        return false;
    }
    if let (Some(table), Toml::Table(body)) = (item.as_table_like_mut(), to) {
        merge(table, body);
        return true;
    }
    if let (Some(array), Toml::List(list)) = (item.as_array_mut(), to)
        && (extend(array, list) || rearrange(array, list))
    {
        return true;
    }
    let Some(mut new) = to.to_edit() else { return false };
    match item.as_value() {
        Some(old) => *new.decor_mut() = old.decor().clone(),
        None => new.decor_mut().clear(),
    }
    *item = Item::Value(new);
    true
}

/// Makes a table say just this.
fn merge(table: &mut dyn TableLike, body: &Body) {
    let gone: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in gone.iter().filter(|key| !body.iter().any(|(kept, _)| kept == *key)) {
        take(table, key);
    }
    for (key, value) in body {
        set(table, key, value);
    }
}

/// Turns a value that stands for one key of a table into that table.
pub(super) fn unfold(item: &mut Item, short: &str) {
    let Some(value) = item.as_value() else { return };
    let decor = value.decor().clone();
    let mut inner = value.clone();
    inner.decor_mut().clear();
    let mut table = InlineTable::new();
    table.insert(short, inner);
    *table.decor_mut() = decor;
    *item = Item::Value(Value::InlineTable(table));
}

/// Adds what another document holds. `short` says, for the section at depth two, which key a bare value stands for.
pub(super) fn graft(into: &mut dyn TableLike, from: Table, depth: usize, short: Option<&str>) {
    for (name, item) in from {
        let Some(old) = into.get_mut(&name).filter(|item| !item.is_none()) else {
            insert(into, &name, item);
            continue;
        };
        if !old.is_table_like()
            && depth == 3
            && let Some(short) = short
        {
            unfold(old, short);
        }
        match (old, item) {
            (Item::ArrayOfTables(old), Item::ArrayOfTables(new)) => {
                for mut table in new {
                    unplace(&mut table);
                    table.decor_mut().set_prefix("\n");
                    old.push(table);
                }
            }
            (Item::Value(Value::Array(old)), Item::ArrayOfTables(new)) => {
                new.into_iter().for_each(|table| old.push(table.into_inline_table()));
            }
            (old, item) => merge_in(old, item, depth, short),
        }
    }
}

fn merge_in(old: &mut Item, item: Item, depth: usize, short: Option<&str>) {
    if let Some(table) = old.as_table_like_mut() {
        match item {
            Item::Table(inner) => graft(table, inner, depth + 1, short),
            Item::Value(Value::InlineTable(inner)) => graft(table, inner.into_table(), depth + 1, short),
            _ => {}
        }
    }
}

/// A new key at the end of a table, aligned with the others where they are.
fn insert(into: &mut dyn TableLike, name: &str, mut item: Item) {
    if item.is_value() {
        let value = Toml::of_item(&item);
        value.into_iter().for_each(|value| {
            set(into, name, &value);
        });
        return;
    }
    match &mut item {
        Item::Table(table) => {
            unplace(table);
            // What stood first where it comes from stands behind others now.
            let bare = table.decor().prefix().and_then(|prefix| prefix.as_str()).is_none_or(str::is_empty);
            if bare && !into.is_empty() {
                table.decor_mut().set_prefix("\n");
            }
        }
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(unplace),
        _ => {}
    }
    into.insert(name, item);
}

/// Lets a table stand behind its siblings, wherever it stood before.
fn unplace(table: &mut Table) {
    table.set_position(None);
    table.iter_mut().for_each(|(_, item)| {
        if let Some(inner) = item.as_table_mut() {
            unplace(inner);
        }
    });
}

/// Sets right the blanks inside inline tables of one line, once keys have come or gone.
pub(super) fn settle(document: &mut DocumentMut) {
    settle_table(document.as_table_mut());
}

fn settle_table(table: &mut Table) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => settle_table(inner),
            Item::Value(Value::InlineTable(inner)) => settle_inline(inner),
            _ => {}
        }
    }
}

fn settle_inline(table: &mut InlineTable) {
    let lines = table.trailing().as_str().is_none_or(|text| text.contains('\n')) || table.trailing_comma();
    let last = table.len().saturating_sub(1);
    for (at, (_, value)) in table.iter_mut().enumerate() {
        if let Value::InlineTable(inner) = value {
            settle_inline(inner);
        }
        let blank = value.decor().suffix().and_then(|suffix| suffix.as_str()).map(str::to_owned);
        match blank.as_deref() {
            _ if lines => {}
            Some(" ") if at < last => value.decor_mut().set_suffix(""),
            Some("") if at == last && value.decor().prefix().and_then(|p| p.as_str()) != Some("") => {
                value.decor_mut().set_suffix(" ");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    const TEXT: &str = "# about users\n[table.users] # a table\ncomment     = \"x\"\nprimary_key = [\"id\"]\n\n# the columns\n\
        [table.users.column]\nid    = \"uuid\" # the key\n# an address\nemail = { type = \"text\", not_null = true } # lower case\n\n\
        [table.users.index]\na = { on = [\"id\"] }\n\n[table.posts.column]\nid = \"uuid\"\n";

    fn edited(change: impl FnOnce(&mut DocumentMut)) -> String {
        let mut document: DocumentMut = TEXT.parse().unwrap();
        change(&mut document);
        settle(&mut document);
        document.to_string()
    }

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        assert_eq!(edited(|_| {}), TEXT);
        let out = edited(|document| {
            let columns = table_at(document, &path(&["table", "users", "column"])).unwrap();
            assert!(set(columns, "age", &Toml::text("int")));
            let email = table_at(document, &path(&["table", "users", "column", "email"])).unwrap();
            assert!(set(email, "unique", &Toml::Flag(true)));
            assert!(!set(email, "type", &Toml::text("text")));
        });
        let expected = TEXT
            .replace("not_null = true }", "not_null = true, unique = true }")
            .replace("# lower case\n", "# lower case\nage   = \"int\"\n");
        assert_eq!(out, expected);
    }

    #[test]
    fn keys_go_with_their_comments_and_empty_headers_with_them() {
        let out = edited(|document| {
            assert!(remove(document, &path(&["table", "users", "column", "email", "not_null"])));
            assert!(remove(document, &path(&["table", "users", "index", "a"])));
            assert!(!remove(document, &path(&["table", "users", "index", "b"])));
        });
        let expected =
            TEXT.replace(", not_null = true }", " }").replace("[table.users.index]\na = { on = [\"id\"] }\n\n", "");
        assert_eq!(out, expected);
    }

    #[test]
    fn new_sections_stand_behind_their_table() {
        let new = "[table.users.column]\nid = { references = \"a(id)\" }\n\n[table.users.policy.p]\nusing = \"true\"\n";
        let out = edited(|document| {
            let from: DocumentMut = new.parse().unwrap();
            graft(document.as_table_mut(), from.into_table(), 0, Some("type"));
        });
        let expected = TEXT
            .replace("id    = \"uuid\" # the key", "id    = { type = \"uuid\", references = \"a(id)\" } # the key")
            .replace("\n[table.posts", "\n[table.users.policy.p]\nusing = \"true\"\n\n[table.posts");
        assert_eq!(out, expected);
    }
}
