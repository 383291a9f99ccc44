//! A declaration that the server refuses, shown where it stands: the server points into a statement that the user never
//! saw.

use tokio_postgres::error::{DbError, ErrorPosition};

use crate::error::{failure, server_error, server_message};
use crate::kind::{KindTag, Object, all_texts};
use crate::load::Loaded;
use crate::reword::Refused;
use crate::schema::Id;
use crate::source::byte_of_character;

/// What the server said about a declaration, at its place.
pub(super) fn at_its_place(refused: &Refused, loaded: &Loaded) -> anyhow::Error {
    let Refused { id, error, .. } = refused;
    let said = server_error(error).map_or_else(|| error.to_string(), words);
    let message = format!("PostgreSQL does not accept {id}: {said}");
    let shown = server_error(error).and_then(|server| match server.position() {
        Some(ErrorPosition::Original(position)) => pointed_at(refused, loaded, *position, &message),
        _ => {
            default_of(id, loaded, server.message(), &message).or_else(|| named(id, loaded, server.message(), &message))
        }
    });
    failure(shown.unwrap_or_else(|| loaded.complain(id, &message)), hint_for(id, error))
}

/// The server's words without the position, which the caret stands for.
fn words(server: &DbError) -> String {
    let whole = server_message(server);
    match server.position() {
        Some(ErrorPosition::Original(at)) => whole.replacen(&format!("\n  at character {at}"), "", 1),
        _ => whole,
    }
}

/// The object, then what is created in the same statement where it is a table.
fn suspects<'a>(id: &'a Id, loaded: &'a Loaded) -> impl Iterator<Item = (&'a Id, &'a Object)> {
    let own = loaded.schema.object(id).map(|object| (id, object));
    let inside = loaded.schema.children(id).filter(|_| id.kind == KindTag::Table);
    own.into_iter().chain(inside.map(|(id, entry)| (id, &entry.object)))
}

/// The text that holds the character of the statement at which the server points.
fn pointed_at(refused: &Refused, loaded: &Loaded, position: u32, message: &str) -> Option<String> {
    let byte = byte_of_character(&refused.sql, usize::try_from(position).ok()?);
    for (id, object) in suspects(&refused.id, loaded) {
        for text in all_texts(object).into_iter().filter(|text| !text.is_empty()) {
            let mut starts = refused.sql.match_indices(&text).map(|(start, _)| start);
            if let Some(start) = starts.find(|start| (*start..start + text.len()).contains(&byte)) {
                return Some(loaded.complain_inside(id, &text, byte - start, message));
            }
        }
    }
    None
}

/// A default that does not fit: the server names the column by `column "name"`.
fn default_of(id: &Id, loaded: &Loaded, said: &str, message: &str) -> Option<String> {
    let (_, rest) = said.split_once("column \"").filter(|_| said.contains("default"))?;
    suspects(id, loaded).find_map(|(id, object)| match object {
        Object::Column(column) if rest.starts_with(&format!("{}\"", id.name)) => {
            Some(loaded.complain_of_text(id, column.default.as_ref()?.as_str(), message))
        }
        _ => None,
    })
}

/// The first place, at one of the suspects, of a name that the server's message holds.
fn named(id: &Id, loaded: &Loaded, said: &str, message: &str) -> Option<String> {
    let mut words: Vec<&str> = said.split('"').skip(1).step_by(2).collect();
    words.extend(said.split_once("function ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name));
    let is_operator = |word: &&str| word.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
    words.extend(said.split(' ').filter(is_operator));
    let mut all = suspects(id, loaded).flat_map(|(id, _)| words.iter().map(move |word| (id, *word)));
    all.find_map(|(id, word)| loaded.complain_near(id, word, message))
}

fn hint_for(id: &Id, error: &anyhow::Error) -> String {
    let code = server_error(error).map(|server| server.code().code());
    match code {
        Some("42704") => "declare the type, role, operator class or extension that it needs, or correct its name",
        Some("42883") => "declare the function that it needs, or correct its name and arguments",
        Some("42703" | "42P01") => "correct the name, or declare what it refers to",
        Some("42804" | "22P02") => "give a value that fits the type, or cast it",
        Some("58P01" | "0A000") if id.kind == KindTag::Extension => {
            "install the extension on the server, or connect to one that has it"
        }
        _ if id.owner.is_empty() => "correct the declaration and run `dbtool diff` again",
        _ => "correct the expression and run `dbtool diff` again",
    }
    .to_owned()
}
