//! What can differ, read off the structs of the kinds themselves: every field, down to the last one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dbtool::kind::KindTag;

/// A field of a struct, or a variant of an enum that holds something.
struct Field {
    name: String,
    /// The types that its own type is made of.
    of: Vec<String>,
    /// Its fields stand among those of what holds it.
    flattened: bool,
    /// What only the server knows: by its type never a difference.
    known: bool,
}

/// The structs, and the enums that hold something, of the folder of kinds.
type Structs = BTreeMap<String, Vec<Field>>;

/// Each kind with each of its properties, as `("Column", "identity.start")`.
pub fn properties() -> Vec<(String, String)> {
    let structs = structs();
    let mut all = Vec::new();
    for kind in KindTag::ALL {
        let kind = format!("{kind:?}");
        assert!(structs.contains_key(&kind), "no `pub struct {kind}` is found in src/kind/");
        let mut paths = Vec::new();
        walk(&structs, &kind, "", &mut paths);
        all.extend(paths.into_iter().map(|path| (kind.clone(), path)));
    }
    all
}

/// The paths below a struct; one that holds itself is not walked twice.
fn walk(structs: &Structs, name: &str, before: &str, paths: &mut Vec<String>) {
    for field in structs.get(name).into_iter().flatten().filter(|field| !field.known) {
        let path = if field.flattened { before.to_owned() } else { format!("{before}{}.", field.name) };
        let inner: Vec<&String> = field.of.iter().filter(|of| structs.contains_key(*of) && *of != name).collect();
        if inner.is_empty() {
            paths.push(path.trim_end_matches('.').to_owned());
        }
        inner.into_iter().for_each(|of| walk(structs, of, &path, paths));
    }
}

fn structs() -> Structs {
    let mut all = Structs::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kind")) {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some((is_enum, name)) = opens(line) else { continue };
            if line.ends_with("{}") {
                all.insert(name, Vec::new());
                continue;
            }
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").map(str::trim).collect();
            let mut fields = fields(&body, is_enum);
            // A bare word is a value like a number, and so is an enum of such.
            fields.retain(|field| !is_enum || !field.of.is_empty());
            if !is_enum || !fields.is_empty() {
                let twice = all.insert(name.clone(), fields);
                assert!(twice.is_none(), "two structs in src/kind/ are called `{name}`");
            }
        }
    }
    all
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The name of a public struct or enum whose fields begin behind the line.
fn opens(line: &str) -> Option<(bool, String)> {
    let rest = line.strip_prefix("pub struct ").map(|rest| (false, rest));
    let (is_enum, rest) = rest.or_else(|| Some((true, line.strip_prefix("pub enum ")?)))?;
    let name = rest.strip_suffix('{').or_else(|| rest.strip_suffix("{}"))?.trim();
    (!name.contains('<')).then(|| (is_enum, name.to_owned()))
}

fn fields(body: &[&str], is_enum: bool) -> Vec<Field> {
    let mut all = Vec::new();
    let mut flattened = false;
    for line in body {
        if line.starts_with("#[") {
            flattened |= line.contains("flatten");
            continue;
        }
        if line.starts_with("//") || line.is_empty() {
            continue;
        }
        let line = line.trim_end_matches(',');
        let (name, of) = if is_enum {
            let (name, of) = line.split_once('(').unwrap_or((line, ""));
            (snake(name), of)
        } else {
            let (name, of) = line.trim_start_matches("pub ").split_once(": ").expect("a field has a type");
            (name.trim_start_matches("r#").to_owned(), of)
        };
        let known = of.starts_with("Known<");
        let of = of.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty());
        all.push(Field { name, of: of.map(str::to_owned).collect(), flattened, known });
        flattened = false;
    }
    all
}

/// As serde's `snake_case` writes the name of a variant.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn the_structs_are_read_down_to_the_last_field() {
    let all = properties();
    for (kind, path) in [
        ("Column", "type"),
        ("Column", "identity.start"),
        ("Column", "generated.expression"),
        ("Index", "keys.on.column"),
        ("Index", "keys.on.expression"),
        ("Function", "arguments.mode"),
        ("View", "materialized.with_data"),
        ("ForeignKey", "on_delete_columns"),
    ] {
        assert!(all.contains(&(kind.to_owned(), path.to_owned())), "{kind}.{path} is not found: {all:#?}");
    }
    assert!(!all.iter().any(|(_, path)| path.contains("callers")), "what only the server knows is no property");
}
