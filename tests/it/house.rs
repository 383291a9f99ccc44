//! What always holds: the invariants of the library's front page, and the house's own rules.

use std::fs;
use std::path::{Path, PathBuf};

use dbtool::compare::compare;
use dbtool::inspect::Scope;
use dbtool::kind::KindTag;
use dbtool::load::load;
use dbtool::migration::{Folder, slug, write};
use dbtool::sql::quote_ident;

use super::converge::{assert_same, declare, difference, files, lines, open, run};
use crate::support;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file with its text up to its tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut todo = vec![root().join("src")];
    let mut all = Vec::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.components().any(|c| c.as_os_str() == "tests") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            all.push((path.strip_prefix(root().join("src")).unwrap().to_owned(), code));
        }
    }
    all.sort();
    all
}

#[test]
fn the_pure_rooms_do_no_input_or_output() {
    const PURE: &[&str] = &["schema", "kind", "pull", "diff", "plan", "hazard", "render", "sql", "types", "source"];
    const DOORS: &[&str] =
        &["std::fs", "std::net", "std::process", "std::env::", "tokio", "println!", "print!(", "std::io", "async fn"];
    for (path, code) in sources() {
        let room = path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if path.components().count() > 2 || !PURE.contains(&room) || path.starts_with("command") {
            continue;
        }
        for door in DOORS {
            assert!(!code.contains(door), "{} is a pure room and has `{door}`", path.display());
        }
    }
}

#[test]
fn only_the_project_room_reads_the_environment() {
    for (path, code) in sources() {
        let allowed = path.starts_with("project") || path == Path::new("main.rs");
        let reads = ["env::var(", "env::var_os(", "env::vars("].iter().any(|call| code.contains(call));
        assert!(allowed || !reads, "{} reads the environment", path.display());
    }
}

#[test]
fn rooms_are_small() {
    const MOST: usize = 350;
    for (path, code) in sources() {
        let count = code.lines().count();
        assert!(count <= MOST, "{} has {count} lines of code, more than {MOST}", path.display());
    }
}

#[test]
fn nothing_else_quotes_names() {
    for (path, code) in sources() {
        if path.starts_with("sql") || path == Path::new("sql.rs") {
            continue;
        }
        let quotes = [r#"replace('"', "\"\"")"#, r#"replace('\'', "''")"#].iter().any(|way| code.contains(way));
        assert!(!quotes, "{} quotes by hand", path.display());
    }
    assert_eq!(quote_ident("x\"; --"), "\"x\"\"; --\"");
}

/// A declaration in which every kind occurs.
const EVERYTHING: &str = r#"
    [role.house_reader]
    [schema.public]
    grant = [{ to = "house_reader", privileges = ["usage"] }]
    [[default_privileges]]
    on = "tables"
    grant = [{ to = "house_reader", privileges = ["select"] }]
    [extension.vector]
    [enum.mood]
    values = ["good", "bad"]
    [function.tenant]
    returns = "uuid"
    body = "SELECT NULL::uuid"
    [table.a]
    primary_key = ["id"]
    row_security = "force"
    column.id = "uuid"
    column.mood = { type = "mood", default = "'good'" }
    column.word = { type = "text", unique = true, one_of = ["x", "y"] }
    column.spot = "vector(3)"
    policy.a_all = { using = "id = tenant()" }
    [table.a.index.a_spot_idx]
    using = "hnsw"
    on = [{ column = "spot", opclass = "vector_l2_ops" }]
    [table."other.b"]
    primary_key = ["id"]
    column.id = "bigint"
    column.a_id = { type = "uuid", references = "a(id)", on_delete = "cascade" }
    [table.numbered]
    column.number = { type = "integer", identity = "always" }
    exclude.numbered_id_excl = { using = "btree", on = [{ column = "id", with = "=" }] }
    column.id = "serial"
    [domain.email]
    type = "text"
    check.email_at = "VALUE LIKE '%@%'"
    [composite.address]
    attributes = { street = "text", number = "integer" }
    [range.span]
    subtype = "float8"
    [aggregate.total]
    arguments = ["integer"]
    sfunc = "int4pl"
    stype = "integer"
    [view.words]
    query = "SELECT word FROM a"
    [function.touch]
    returns = "trigger"
    language = "plpgsql"
    body = "BEGIN RETURN NEW; END"
    [view.words.trigger.words_insert]
    timing = "instead of"
    events = ["insert"]
    for_each = "row"
    function = "touch"
    [materialized_view.counted]
    query = "SELECT word, count(*) AS times FROM words GROUP BY word"
    index.counted_word_idx = { on = ["word"], unique = true }
    [table.spread]
    partition_by = "list (word)"
    replica_identity = "full"
    column.word = "text"
    index.spread_word_idx = { on = ["word"] }
    [table.spread_rest]
    partition_of = "spread"
    values = "default"
    index_names.spread_word_idx = "words_of_the_rest"
    [table.heir]
    inherits = ["numbered"]
    cluster_on = "heir_id_idx"
    index.heir_id_idx = { on = ["id"] }
"#;

#[tokio::test]
async fn a_comparison_writes_nothing_and_the_same_input_gives_the_same_bytes() {
    let database = support::server(18).database("house");
    let client = open(&database).await;
    let loaded = declare(EVERYTHING);
    let seen: Vec<KindTag> =
        KindTag::ALL.iter().copied().filter(|kind| loaded.schema.of_kind(*kind).next().is_none()).collect();
    assert_eq!(seen, [], "kinds that the declaration of this test forgets");
    let first = difference(&client, &loaded).await;
    let again = difference(&client, &loaded).await;
    assert!(!first.is_same());
    assert_eq!(dbtool::render::script(&first), dbtool::render::script(&again));
    assert_eq!(lines(&first), lines(&again));
    assert_eq!(dbtool::render::json(&first).unwrap(), dbtool::render::json(&again).unwrap());
    let left = database.query_text("SELECT count(*) FROM pg_class WHERE oid >= 16384");
    assert_eq!(left, [["0"]], "a comparison left something behind");
    for part in files(&first) {
        run(&client, part.transactional, &part.steps).await;
    }
    assert_same(&client, &loaded, "after the plan").await;
}

/// Who may create functions in `public` must not get them run by whoever diffs (CVE-2018-1058).
#[tokio::test]
async fn nobody_else_has_a_say_in_the_catalog_query() {
    let database = support::server(16).database("shadow");
    let trap = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run as %', current_user; END $$";
    for (name, arguments, result) in [
        ("json_build_object", "text, boolean, text, boolean", "json"),
        ("to_json", "text", "json"),
        ("quote_ident", "name", "text"),
        ("concat", "text, text, text", "text"),
        ("format_type", "oid, int", "text"),
    ] {
        database.execute(&format!("CREATE FUNCTION public.{name}({arguments}) RETURNS {result} {trap}"));
    }
    database.execute("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    let client = open(&database).await;
    let toml = "[table.t]\nprimary_key = [\"id\"]\nrow_security = \"on\"\ncolumn.id = \"int\"";
    let found = difference(&client, &declare(toml)).await;
    assert!(lines(&found).iter().all(|line| line.starts_with("- function ")), "{:?}", lines(&found));
}

/// PostgreSQL ends a comment at a carriage return: what stands behind it is no comment.
#[test]
fn a_comment_cannot_smuggle_statements_in() {
    let toml = "[table.t]\ncolumn.i = \"int\"\npolicy.p = { using = \"i = 1 -- \\r); commit; drop table t; --\" }";
    let refused = dbtool::load::load_sources(vec![("a.toml".to_owned(), toml.to_owned())]);
    assert!(refused.is_err_and(|all| all.iter().any(|complaint| complaint.message.contains("carriage return"))));
}

#[test]
fn a_written_migration_is_never_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = |sql: &str| dbtool::migration::NewFile { sql: sql.to_owned(), down: None };
    let first = write(folder.path(), &slug("one").unwrap(), &[file("SELECT 1;\n")]).unwrap();
    let second = write(folder.path(), &slug("one").unwrap(), &[file("SELECT 2;\n")]).unwrap();
    assert_ne!(first, second);
    assert_eq!(fs::read_to_string(&first[0]).unwrap(), "SELECT 1;\n");
    assert_eq!(Folder::read(folder.path()).unwrap().migrations.len(), 2);
}

/// The number of statements that a diff sends, as the server logs them.
async fn sent(tables: usize) -> usize {
    let database = support::server(18).database("count");
    let mut toml = String::new();
    for number in 0..tables {
        toml += &format!("[table.t{number}]\nprimary_key = [\"id\"]\ncolumn.id = \"bigint\"\nrow_security = \"on\"\n");
        toml +=
            &format!("policy.p = {{ using = \"id IN (1, 2)\" }}\n[table.t{number}.index.i{number}]\non = [\"id\"]\n");
    }
    let loaded = declare(&toml);
    let client = open(&database).await;
    let comparison = difference(&client, &loaded).await;
    for part in files(&comparison) {
        run(&client, part.transactional, &part.steps).await;
    }
    database.execute(&format!("ALTER DATABASE \"{}\" SET log_statement = 'all'", database.name));
    let logged = || {
        let log = fs::read_to_string(database.server.folder.join("log")).unwrap();
        let mark = format!("[{}]", database.name);
        log.lines().filter(|l| l.contains(&mark) && (l.contains("statement: ") || l.contains("execute "))).count()
    };
    let watched = open(&database).await;
    let before = logged();
    assert!(compare(&watched, &Scope::default(), &loaded).await.unwrap().is_same());
    logged() - before
}

#[tokio::test]
async fn the_number_of_queries_does_not_grow_with_the_tables() {
    let (few, many) = (sent(2).await, sent(60).await);
    assert!(few > 0, "the server logs nothing");
    assert_eq!(few, many);
    assert!(many <= 12, "{many} statements for one diff");
}

/// The repository's own declaration and migrations.
mod platform {
    use super::*;

    fn counts(database: &support::TestDatabase) -> Vec<String> {
        let of = |sql: &str| database.query_text(sql)[0][0].clone();
        let ours = "c.relnamespace = 'public'::regnamespace AND c.relname <> 'refinery_schema_history'";
        vec![
            of(&format!("SELECT count(*) FROM pg_class c WHERE c.relkind = 'r' AND {ours}")),
            of("SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"),
            of("SELECT count(*) FROM pg_policy"),
            of(&format!(
                "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {ours} \
                 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
            )),
            of(
                "SELECT count(*) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am a ON a.oid = x.relam \
                JOIN pg_opclass o ON o.oid = i.indclass[0] WHERE a.amname = 'hnsw' AND o.opcname = 'vector_cosine_ops' \
                AND x.reloptions @> ARRAY['m=16', 'ef_construction=64']",
            ),
        ]
    }

    async fn from_nothing(major: u32) {
        let database = support::server(major).database("platform");
        let client = open(&database).await;
        let loaded = load(&root().join("schema"), "schema").unwrap();
        let comparison = difference(&client, &loaded).await;
        for part in files(&comparison) {
            run(&client, part.transactional, &part.steps).await;
        }
        assert_same(&client, &loaded, "after the plan").await;
        assert_eq!(counts(&database), ["15", "14", "56", "21", "2"]);
    }

    #[tokio::test]
    async fn the_declaration_is_reached_from_nothing_on_16() {
        from_nothing(16).await;
    }

    #[tokio::test]
    async fn the_declaration_is_reached_from_nothing_on_18() {
        from_nothing(18).await;
    }

    #[tokio::test]
    async fn the_migrations_reach_the_declaration() {
        let folder = Folder::read(&root().join("migrations")).unwrap();
        assert!(folder.migrations.len() > 1 && folder.migrations.iter().any(|file| !file.transactional));
        for major in support::with_vector() {
            let database = support::server(major).database("migrations");
            let mut client = open(&database).await;
            let talk = dbtool::talk::Talk { level: dbtool::talk::Level::Quiet };
            dbtool::migration::migrate(client.client_mut(), &folder, &Default::default(), &talk).await.unwrap();
            assert_same(&client, &load(&root().join("schema"), "schema").unwrap(), "after the migrations").await;
            assert_eq!(counts(&database), ["15", "14", "56", "21", "2"]);
        }
    }
}
