//! What the loader claims to know of the server: the names it gives, and the words of its checks.

use crate::converge;
use crate::support;

/// Constraints without names, as SQL and as TOML; long names and taken ones among them.
const SQL: &str = r#"
CREATE TABLE tenants (id uuid PRIMARY KEY, plan text CHECK (plan IN ('free', 'pro')), a int, b int CHECK (a < b), UNIQUE (a, b));
CREATE INDEX users_email_key ON tenants (a);
CREATE TABLE users (
    id int PRIMARY KEY,
    email varchar(20) UNIQUE CHECK (email IN ('x', 'y')) CHECK (email <> 'z') CHECK (email <> 'w'),
    one varchar CHECK (one IN ('x')),
    n int CHECK (n IN (1, 2)),
    tenant_id uuid REFERENCES tenants,
    "a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o" uuid REFERENCES tenants (id) UNIQUE
);
CREATE TABLE "ä_table_whose_name_is_ünusually_löng_and_hölds_such_letters" (
    "a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o" int UNIQUE CHECK
        ("a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o" > 0),
    "ö" int PRIMARY KEY REFERENCES users
);
"#;

const TOML: &str = r#"
[table.tenants]
primary_key = ["id"]
unique.tenants_a_b_key = ["a", "b"]
index.users_email_key = { on = ["a"] }
[table.tenants.column]
id = "uuid"
plan = { type = "text", one_of = ["free", "pro"] }
a = "int"
b = { type = "int", check = "a < b" }
[table.users.column]
id = { type = "int", primary_key = true }
email = { type = "varchar(20)", unique = true, one_of = ["x", "y"], check = "email <> 'z'" }
one = { type = "varchar", one_of = ["x"] }
n = { type = "int", one_of = [1, 2] }
tenant_id = { type = "uuid", references = "tenants" }
a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o = { type = "uuid", references = "tenants(id)", unique = true }
[table.users.check]
users_email_check2 = "email <> 'w'"
[table."ä_table_whose_name_is_ünusually_löng_and_hölds_such_letters".column]
"a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o" = { type = "int", unique = true, check = "a_rather_long_name_of_a_column_that_nobody_would_want_to_type_o > 0" }
"ö" = { type = "int", primary_key = true, references = "users" }
"#;

#[tokio::test]
async fn names_and_checks_are_those_of_the_server() {
    for major in support::majors() {
        let database = support::server(major).database("load");
        database.execute(SQL);
        let connection = converge::open(&database).await;
        let loaded = converge::declare(TOML);
        converge::assert_same(&connection, &loaded, &format!("on PostgreSQL {major}, before anything is done,")).await;
    }
}

#[tokio::test]
async fn what_is_declared_is_made_and_then_the_same() {
    // A list for a varchar column is the one form that the server words anew when its own words are given back to it.
    let database = support::server(17).database("load");
    converge::converge(&converge::open(&database).await, TOML).await;
}

#[tokio::test]
async fn a_declared_check_needs_no_question_to_the_server() {
    let database = support::server(17).database("words");
    database.execute("CREATE TYPE plan AS ENUM ('free', 'pro')");
    let columns = [
        ("text", r#"["x", "it's"]"#),
        ("text", r#"["x"]"#),
        ("varchar(5)", r#"["x"]"#),
        ("plan", r#"["free", "pro"]"#),
        ("plan", r#"["free"]"#),
        ("int", "[1, 2]"),
    ];
    for (at, (of, values)) in columns.iter().enumerate() {
        let toml = format!(
            "enum.plan.values = [\"free\", \"pro\"]\n[table.t{at}.column]\n\"order\" = {{ type = \"{of}\", one_of = {values} }}"
        );
        let loaded = converge::declare(&toml);
        let table = dbtool::schema::Id::new(dbtool::kind::KindTag::Table, "public", &format!("t{at}"));
        let id = dbtool::schema::Id::of(dbtool::kind::KindTag::Check, &table, &format!("t{at}_order_check"));
        let Some(dbtool::kind::Object::Check(check)) = loaded.schema.object(&id) else { panic!("no {id}") };
        let declared = check.expression.as_str();
        database.execute(&format!("CREATE TABLE t{at} (\"order\" {of} CHECK ({declared}))"));
        let sql =
            format!("SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 't{at}_order_check'");
        assert_eq!(database.query_text(&sql), [[declared]], "{of} {values}");
    }
}

/// Every type that a server begins with is PostgreSQL's own, by whatever name: the rows of its catalog, and what only
/// functions can take, among them.
#[test]
fn no_type_of_postgresql_is_a_stranger() {
    let sql = "SELECT DISTINCT unnest(ARRAY[format_type(oid, NULL), typname]) FROM pg_type \
               WHERE typnamespace = 'pg_catalog'::regnamespace AND typname !~ '^(_|any$)' ORDER BY 1";
    for major in support::majors() {
        let database = support::server(major).database("types");
        let names = database.query_text(sql).concat();
        assert!(names.len() > 100, "{names:?}");
        let stranger = |name: &&String| dbtool::types::look_up(name, std::iter::empty()) != dbtool::types::Named::Known;
        assert_eq!(names.iter().filter(stranger).collect::<Vec<_>>(), Vec::<&String>::new(), "on {major}");
    }
}
