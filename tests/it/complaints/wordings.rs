//! Differences that are none: the server keeps other words than the author wrote, and the tool takes them for news.

use super::{Live, stays};
use crate::support;

/// sqldef PR 1295.
#[tokio::test]
async fn a_list_of_values_in_a_check_or_a_partial_index_is_made_anew_on_every_run() {
    let sql = "
        CREATE TABLE jobs (state text NOT NULL, tries integer, kind varchar(10),
            CONSTRAINT jobs_state CHECK (state IN ('new', 'done')), CONSTRAINT jobs_tries CHECK (tries IN (1, 2)),
            CONSTRAINT jobs_kind CHECK (kind IN ('x', 'y')));
        CREATE INDEX jobs_open ON jobs (tries) WHERE state IN ('new', 'held') AND kind NOT IN ('z');";
    let toml = |kind: &str| {
        format!(
            r#"
            [table.jobs]
            column.state = {{ type = "text", not_null = true }}
            column.tries = "integer"
            column.kind = "varchar(10)"
            check.jobs_state = "state in ('new','done')"
            check.jobs_tries = "tries = ANY (ARRAY[1, 2])"
            check.jobs_kind = "{kind}"
            index.jobs_open = {{ on = ["tries"], where = "state = any(array['new', 'held']) and kind not in ('z')" }}
        "#
        )
    };
    for kind in ["kind in ('x', 'y')", "kind in ('x'::varchar, 'y'::character varying)"] {
        stays(sql, &toml(kind)).await;
    }
}

/// sqldef PR 1286.
#[tokio::test]
async fn an_operator_class_on_an_expression_is_created_again() {
    let sql = "
        CREATE TABLE people (name text, extra jsonb);
        CREATE INDEX people_name ON people (lower(name) text_pattern_ops, (extra ->> 'x') COLLATE \"C\" DESC);
        CREATE INDEX people_extra ON people USING gin ((extra -> 'tags') jsonb_path_ops);";
    let toml = r#"
        [table.people]
        column.name = "text"
        column.extra = "jsonb"
        [table.people.index.people_name]
        on = [{ expression = "lower(name)", opclass = "text_pattern_ops" }, { expression = "extra->>'x'", collation = "C", order = "desc" }]
        [table.people.index.people_extra]
        using = "gin"
        on = [{ expression = "extra -> 'tags'", opclass = "jsonb_path_ops" }]
    "#;
    stays(sql, toml).await;
}

/// atlas#3242.
#[tokio::test]
async fn a_check_is_dropped_and_created_again_on_every_run() {
    let sql = "
        CREATE TABLE orders (price numeric, discount numeric, email text, at date,
            CONSTRAINT orders_price CHECK (price > 0 AND discount <= price),
            CONSTRAINT orders_email CHECK (email ~* '^[^@]+@[^@]+$'),
            CONSTRAINT orders_at CHECK (at >= DATE '2020-01-01' AND (extract(year FROM at) < 2100)));";
    let toml = r#"
        [table.orders]
        column.price = "decimal"
        column.discount = "numeric"
        column.email = "text"
        column.at = "date"
        check.orders_price = "(price > 0) and ((discount <= price))"
        check.orders_email = "email ~* '^[^@]+@[^@]+$'::text"
        check.orders_at = "at >= '2020-01-01'::date AND date_part('year', at) < 2100"
    "#;
    // `extract` and `date_part` are two functions: that is the one difference.
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        let told = live.told(toml).await;
        assert!(told.len() == 1 && told[0].starts_with("~ check orders_at"), "{told:#?}");
    }
    stays(sql, &toml.replace("date_part('year', at)", "extract(year from at)")).await;
}

/// pgschema#519, supabase/cli#4027.
#[tokio::test]
async fn a_view_with_a_join_or_a_function_of_an_extension_never_comes_to_rest() {
    let sql = "
        CREATE EXTENSION vector;
        CREATE TABLE orgs (id bigint PRIMARY KEY, name text);
        CREATE TABLE slips (id bigint PRIMARY KEY, org_id bigint, spot vector(3), made timestamptz);
        CREATE VIEW slips_view AS SELECT o.name, s.made, vector_dims(s.spot) AS dims, s.spot <-> '[1,2,3]' AS far
            FROM public.slips s LEFT JOIN public.orgs o ON s.org_id = o.id ORDER BY s.made DESC;
        CREATE VIEW names AS SELECT DISTINCT v.name FROM slips_view v WHERE v.name IS NOT NULL;";
    let toml = r#"
        [extension.vector]
        [table.orgs]
        primary_key = ["id"]
        column.id = "bigint"
        column.name = "text"
        [table.slips]
        primary_key = ["id"]
        column.id = "bigint"
        column.org_id = "bigint"
        column.spot = "vector(3)"
        column.made = "timestamptz"
        [view.slips_view]
        query = """
        select o.name, s.made, vector_dims(s.spot) as dims, (s.spot <-> '[1,2,3]'::vector) as far
        from slips as s left outer join orgs as o on s.org_id = o.id
        order by made desc;
        """
        [view.names]
        query = "select distinct v.name from slips_view as v where v.name is not null"
    "#;
    stays(sql, toml).await;
}

/// pg-toolbelt#301: with another search path the server prints the same view in other words.
#[tokio::test]
async fn a_materialized_view_differs_by_who_looks() {
    let sql = "
        CREATE SCHEMA kitchen; CREATE TABLE kitchen.recipe (id int, title text); CREATE TABLE recipe (id int);
        CREATE MATERIALIZED VIEW recipe_search AS
            SELECT r.id, to_tsvector('simple', r.title) AS words FROM kitchen.recipe r JOIN public.recipe p USING (id);
        CREATE INDEX recipe_search_words ON recipe_search USING gin (words);";
    let toml = r#"
        [table."kitchen.recipe".column]
        id = "int"
        title = "text"
        [table.recipe.column]
        id = "int"
        [materialized_view.recipe_search]
        query = "select r.id, to_tsvector('simple', r.title) as words from kitchen.recipe r join recipe p using (id)"
        index.recipe_search_words = { using = "gin", on = ["words"] }
    "#;
    stays(sql, toml).await;
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        live.database.execute(&format!(
            "ALTER DATABASE {} SET search_path = kitchen, public; ALTER DATABASE {0} SET quote_all_identifiers = on",
            live.database.name
        ));
        let other = super::open(&live.database).await;
        super::assert_same(&other, &super::declare(toml), "with other settings of the database").await;
    }
}

/// DataProvider#65: the predicate of an index was not read.
#[tokio::test]
async fn an_index_that_is_both_partial_and_over_an_expression_differs_for_ever() {
    let sql = "
        CREATE TABLE users (email text, deleted_at timestamptz, tenant uuid);
        CREATE UNIQUE INDEX users_email ON users (tenant, lower(email)) WHERE deleted_at IS NULL;";
    let toml = r#"
        [table.users]
        column.email = "text"
        column.deleted_at = "timestamptz"
        column.tenant = "uuid"
        index.users_email = { unique = true, on = ["tenant", { expression = "LOWER(email)" }], where = "(deleted_at IS NULL)" }
    "#;
    stays(sql, toml).await;
    for major in support::with_vector() {
        let live = Live::made(major, sql).await;
        live.database
            .execute("DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (tenant, lower(email))");
        let told = live.told(toml).await;
        assert_eq!(told, ["~ index users_email on users: where none -> deleted_at IS NULL"]);
    }
}

/// drizzle-orm#3428: a default of a column whose type has a length, or is an array, is set on every run.
#[tokio::test]
async fn a_default_of_an_array_or_of_a_type_with_a_length_is_set_on_every_run() {
    let sql = "
        CREATE TYPE rank AS ENUM ('member', 'chair');
        CREATE TABLE courses (code varchar(7)[] DEFAULT '{}' NOT NULL, place varchar(20) DEFAULT 'member' NOT NULL,
            one rank DEFAULT 'member', many rank[] DEFAULT '{}', words text[] DEFAULT ARRAY[]::text[],
            at timestamp(3) DEFAULT now(), money numeric(10,2) DEFAULT 0.00, settings jsonb DEFAULT '{}'::jsonb,
            flag char(1) DEFAULT 'N', bits bit(4) DEFAULT B'0101');";
    let toml = r#"
        [enum.rank]
        values = ["member", "chair"]
        [table.courses.column]
        code = { type = "varchar(7)[]", not_null = true, default = "'{}'" }
        place = { type = "varchar(20)", not_null = true, default = "'member'" }
        one = { type = "rank", default = "'member'" }
        many = { type = "rank[]", default = "'{}'" }
        words = { type = "text[]", default = "array[]::text[]" }
        at = { type = "timestamp(3)", default = "now()" }
        money = { type = "numeric(10,2)", default = "0.00" }
        settings = { type = "jsonb", default = "'{}'" }
        flag = { type = "char(1)", default = "'N'" }
        bits = { type = "bit(4)", default = "B'0101'" }
    "#;
    stays(sql, toml).await;
}

/// pgmold#281, liquibase-hibernate#217: the second comparison finds what the first has just settled.
#[tokio::test]
async fn a_second_run_finds_changes_again() {
    let toml = r#"
        [sequence.tickets]
        increment = 5
        [function.full_name]
        arguments = [{ name = "first", type = "varchar" }, { name = "last", type = "text", default = "''" }]
        returns = "text"
        volatility = "immutable"
        body = "SELECT first || ' ' || last"
        [table.people]
        primary_key = ["id"]
        column.id = { type = "int8", identity = { generated = "by default" } }
        column.number = { type = "int4", default = "nextval('tickets')" }
        column.first = { type = "character varying(40)", unique = true }
        column.full = { type = "text", generated = "full_name(first, 'x')" }
        column.manager = { type = "bigint", references = "people(id)", on_delete = "set null" }
        index.people_first = { on = [{ column = "first", order = "desc" }] }
    "#;
    for major in support::with_vector() {
        let live = Live::made(major, "").await;
        live.reach(toml).await;
        for _ in 0..2 {
            assert_eq!(live.told(toml).await, Vec::<String>::new());
        }
    }
}
