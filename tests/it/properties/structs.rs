//! What can differ, read off the structs of the kinds themselves: every field, down to the last one.
//!
//! A type that the reading does not know is an error: it could hold fields that nobody looks at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dbtool::kind::KindTag;

/// Types that are one value: there is nothing to look into.
const VALUES: &[&str] = &["bool", "i32", "i64", "u32", "String", "Expr", "Parameters", "Id", "Roles"];

/// Types that hold other ones.
const AROUND: &[&str] = &["Option", "Vec", "BTreeSet", "BTreeMap"];

/// A field of a struct, or a variant of an enum that holds something.
#[derive(Clone)]
struct Field {
    name: String,
    /// The types that its own type is made of.
    of: Vec<String>,
    /// Its fields stand among those of what holds it.
    flattened: bool,
    /// It holds any number of members by name.
    is_map: bool,
    /// What only the server knows: by its type never a difference.
    known: bool,
}

/// The structs and enums of the folder of kinds, with each definition that a name has. Bare words have no fields.
#[derive(Default)]
struct Structs(BTreeMap<String, Vec<Vec<Field>>>);

/// Each kind with each of its properties, as `("Column", "identity.start")`.
pub fn properties() -> Vec<(String, String)> {
    let mut structs = Structs::default();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kind")) {
        structs.read(&fs::read_to_string(path).unwrap());
    }
    let kinds = KindTag::ALL.iter().map(|kind| format!("{kind:?}"));
    let of_kind = |kind: String| {
        let paths = structs.properties(&kind).unwrap_or_else(|why| panic!("{kind}: {why}"));
        paths.into_iter().map(move |path| (kind.clone(), path))
    };
    kinds.flat_map(of_kind).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

impl Structs {
    /// Takes in what a source file defines.
    fn read(&mut self, text: &str) {
        let mut lines = text.lines();
        let mut attributes = String::new();
        while let Some(line) = lines.next() {
            if line.starts_with("#[") {
                attributes.push_str(line);
                continue;
            }
            let attributes = std::mem::take(&mut attributes);
            let Some((is_enum, name)) = opens(line) else { continue };
            let empty = line.ends_with("{}");
            let body = lines.by_ref().take_while(|line| !empty && *line != "}").map(str::trim);
            let body: Vec<&str> = if empty { Vec::new() } else { body.collect() };
            let mut fields = fields(&body, is_enum);
            // A bare word is a value like a number, and so is an enum of such.
            fields.retain(|field| !is_enum || !field.of.is_empty());
            fields.iter_mut().for_each(|field| field.flattened |= attributes.contains("(transparent)"));
            self.0.entry(name).or_default().push(fields);
        }
    }

    /// The paths of a struct's fields; an error where that cannot be said for sure.
    fn properties(&self, name: &str) -> Result<Vec<String>, String> {
        let mut paths = Vec::new();
        self.walk(name, "", &mut paths)?;
        Ok(paths)
    }

    /// The fields of a type; none where it is a value.
    fn fields_of(&self, name: &str) -> Result<&[Field], String> {
        match self.0.get(name).map(Vec::as_slice) {
            _ if VALUES.contains(&name) || AROUND.contains(&name) => Ok(&[]),
            Some([fields]) => Ok(fields),
            Some(several) => Err(format!("`{name}` is {} structs in src/kind/", several.len())),
            None => Err(format!("nothing is known of the type `{name}`: is it in src/kind/, between plain braces?")),
        }
    }

    /// The paths below a struct; one that holds itself is not walked twice.
    fn walk(&self, name: &str, before: &str, paths: &mut Vec<String>) -> Result<(), String> {
        for field in self.fields_of(name)?.iter().filter(|field| !field.known) {
            let many = if field.is_map { ".*." } else { "." };
            let path = if field.flattened { before.to_owned() } else { format!("{before}{}{many}", field.name) };
            let mut is_value = true;
            for of in field.of.iter().filter(|of| *of != name) {
                let fields = self.fields_of(of).map_err(|why| format!("{}: {why}", path.trim_end_matches('.')))?;
                if !fields.is_empty() {
                    is_value = false;
                    self.walk(of, &path, paths)?;
                }
            }
            if is_value {
                paths.push(path.trim_end_matches(".*.").trim_end_matches('.').to_owned());
            }
        }
        Ok(())
    }
}

/// The name of a struct or enum whose fields begin behind the line.
fn opens(line: &str) -> Option<(bool, String)> {
    let line = ["pub ", "pub(crate) ", "pub(super) "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
    let rest = line.strip_prefix("struct ").map(|rest| (false, rest));
    let (is_enum, rest) = rest.or_else(|| Some((true, line.strip_prefix("enum ")?)))?;
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
            let (name, of) = line.split_once(['(', ' ']).unwrap_or((line, ""));
            (snake(name), of)
        } else {
            // What is no field of one line shows as a type that nothing is known of.
            line.split_once(": ").map_or((line.to_owned(), "{"), |(name, of)| (bare(name), of))
        };
        let (known, is_map) = (of.starts_with("Known<"), of.contains("Map<"));
        let parts = of.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '{').filter(|part| !part.is_empty());
        all.push(Field { name, of: parts.map(str::to_owned).collect(), flattened, is_map, known });
        flattened = false;
    }
    all
}

/// The name of a field, without who may see it.
fn bare(name: &str) -> String {
    name.rsplit(' ').next().unwrap_or(name).trim_start_matches("r#").to_owned()
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
        ("Aggregate", "moving.sfunc"),
        ("Column", "type"),
        ("Column", "identity.start"),
        ("Column", "generated.expression"),
        ("DefaultPrivilege", "privileges"),
        ("Domain", "check.*.expression"),
        ("Index", "keys.on.column"),
        ("Index", "keys.on.expression"),
        ("Function", "arguments.mode"),
        ("Role", "member_of.*.admin"),
        ("View", "materialized.with_data"),
        ("ForeignKey", "on_delete_columns"),
    ] {
        assert!(all.contains(&(kind.to_owned(), path.to_owned())), "{kind}.{path} is not found: {all:#?}");
    }
    let known = [("Column", "origin"), ("Column", "not_null_as.kept"), ("Grant", "by"), ("View", "shape")];
    let told = known.iter().find(|(kind, path)| all.iter().any(|(k, p)| (k.as_str(), p.as_str()) == (*kind, *path)));
    assert_eq!(told, None, "what only the server knows is no property");
}

/// The structs of a source that is made up.
fn made_up(text: &str) -> Result<Vec<String>, String> {
    let mut structs = Structs::default();
    structs.read(text);
    structs.properties("Thing")
}

#[test]
fn a_field_is_found_wherever_it_is_added() {
    let text = "\
/// A thing.
#[derive(Debug)]
pub struct Thing {
    /// Said.
    pub r#type: String,
    pub(crate) part: Option<Part>,
    parts: Vec<Part>,
    #[serde(flatten)]
    pub more: More,
    pub by_name: BTreeMap<String, Way>,
    pub settings: BTreeMap<String, String>,
    pub wrapped: Wrapped,
    pub learned: Known<Vec<Part>>,
    pub word: Word,
}

struct Part {
    inner: Inner,
}

pub(super) struct Inner {
    pub last: bool,
    pub again: Option<Part>,
}

pub struct More {
    pub added: Option<i64>,
}

pub enum Way {
    Plain,
    ByPart(Part),
    ByText(String),
}

#[serde(transparent)]
pub struct Wrapped {
    pub inside: More,
}

pub enum Word {
    One,
    Two,
}
";
    let found = made_up(&text.replace("    pub again: Option<Part>,\n", "")).unwrap();
    let expected = [
        "type",
        "part.inner.last",
        "parts.inner.last",
        "added",
        "by_name.*.by_part.inner.last",
        "by_name.*.by_text",
        "settings",
        "wrapped.added",
        "word",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_type_that_is_not_known_is_no_value() {
    for (field, other) in [
        ("pub part: Elsewhere", ""),
        ("pub parts: Vec<Option<Elsewhere>>", ""),
        ("pub parts: HashMap<String, bool>", ""),
        ("pub pair: Pair", "pub struct Pair(pub bool, pub Elsewhere);"),
        ("pub of: Any", "pub struct Any<T> {\n    pub inside: T,\n}"),
        ("pub long: Way", "pub enum Way {\n    Named { a: bool },\n}"),
        ("pub long: Way", "pub enum Way {\n    Named {\n        a: bool,\n    },\n}"),
        ("pub long: BTreeMap<\n        String,\n        bool,\n    >", ""),
        ("pub two: Two", "pub struct Two {}\nstruct Two {\n    a: bool,\n}"),
    ] {
        let found = made_up(&format!("pub struct Thing {{\n    {field},\n}}\n{other}\n"));
        assert!(found.is_err(), "{field}: {found:?}");
    }
}
