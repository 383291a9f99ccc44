//! What the keys of the files mean.

use super::*;

#[test]
fn the_example_of_the_contract_loads() {
    let loaded = one(EXAMPLE);
    let ids: Vec<String> = loaded.schema.iter().map(|(id, _)| id.to_string()).collect();
    let expected = [
        "schema public",
        "extension vector",
        "enum plan",
        "function get_current_tenant_id()",
        "table tenants",
        "column tenants.id",
        "column tenants.plan",
        "table sessions",
        "column sessions.id",
        "column sessions.tenant_id",
        "column sessions.mode",
        "column sessions.cost_usd",
        "column sessions.created_at",
        "index session_created_at_idx on sessions",
        "policy sessions_select on sessions",
        "policy sessions_insert on sessions",
        "policy sessions_update on sessions",
        "policy sessions_delete on sessions",
        "row security of sessions",
        "table knowledge_chunks",
        "identity sequence of knowledge_chunks.id",
        "column knowledge_chunks.id",
        "column knowledge_chunks.embedding",
        "index knowledge_chunk_embedding_idx on knowledge_chunks",
        "table users",
        "column users.tenant_id",
        "column users.email",
        "column users.email_verified",
        "index users_email_idx on users",
        "table messages",
        "column messages.session_id",
        "policy messages_select on messages",
        "primary key tenants_pkey on tenants",
        "primary key sessions_pkey on sessions",
        "primary key knowledge_chunks_pkey on knowledge_chunks",
        "check sessions_mode_check on sessions",
        "foreign key sessions_tenant_id_fkey on sessions",
        "foreign key messages_session_id_fkey on messages",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn a_column_says_all_it_can() {
    let loaded = one(r#"
[enum.Mood]
values = ["sad", { name = "happy", renamed_from = "ok" }]
[enum."billing.plan"]
values = ["free"]
[table.t.column]
a = "varchar( 20 )"
b = { type = "int8", identity = { generated = "by default", start = 1, increment = 1, max = 9223372036854775807, cache = 5 } }
c = { type = "text", collation = "C", comment = "c", renamed_from = "cc" }
d = { type = "numeric(10, 4)", default = 1.50 }
e = { type = "Mood", default = "'sad'" }
f = { type = "billing.plan[]" }
g = { type = "text", generated = "lower(c)" }
h = { type = "bool", default = true, comment = "" }
i = { type = "int", identity = "always" }
j = { type = "timestamptz", default = "CURRENT_TIMESTAMP" }
k = { type = "int", generated = { expression = "1", stored = false } }
l = { type = "int", identity = { generated = "always", increment = -1, max = -1, min = -2147483648, start = -1 } }
"#);
    let column = |name: &str| json(&loaded, &on("t", KindTag::Column, name));
    let plain = r#""default":null,"identity":null,"generated":null,"collation":null,"storage":null,"compression":null,"statistics":null,"options":{}}"#;
    assert_eq!(column("a"), format!(r#"{{"type":"character varying(20)","not_null":false,{plain}"#));
    assert!(column("b").contains(
        r#""not_null":true,"default":null,"identity":{"generated":"by_default","start":null,"increment":null,"min":null,"max":null,"cache":5,"cycle":false}"#
    ));
    assert!(column("c").contains(r#""collation":"pg_catalog.\"C\"""#));
    assert!(column("d").contains(r#""type":"numeric(10,4)","not_null":false,"default":"1.50""#));
    assert!(column("e").contains(r#""type":"\"Mood\"","not_null":false,"default":"'sad'""#));
    assert!(column("f").contains(r#""type":"billing.plan[]""#));
    assert!(column("g").contains(r#""generated":{"expression":"lower(c)","stored":true}"#));
    assert!(column("h").contains(r#""default":"true""#));
    assert!(column("i").contains(r#""not_null":true"#));
    assert!(column("k").contains(r#""stored":false"#));
    assert!(column("l").contains(r#""start":null,"increment":-1,"min":null,"max":null"#));
    let comment = |name: &str| loaded.schema.get(&on("t", KindTag::Column, name)).unwrap().comment.clone();
    assert_eq!((comment("c"), comment("h")), (Some("c".to_owned()), None));
    assert_eq!(loaded.schema.renamed_from[&on("t", KindTag::Column, "c")], "cc");
    let mood = Id::new(KindTag::Enum, "public", "Mood");
    assert_eq!(loaded.schema.renamed_values[&mood], [("ok".to_owned(), "happy".to_owned())]);
    assert!(loaded.schema.contains(&Id::new(KindTag::Namespace, "", "billing")));
}

#[test]
fn an_index_says_all_it_can() {
    let loaded = one(r#"
[table.t]
with = { fillfactor = 70, autovacuum_enabled = false }
unlogged = true
column.a = "text"
column.b = "int"
[table.t.index.i]
on = ["b", { column = "a", order = "desc", collation = "de-x-icu" }, { column = "b", nulls = "first" }, { expression = "lower(a)", opclass = "text_pattern_ops", order = "desc", nulls = "last" }]
include = ["a"]
where = "b > 0"
nulls_not_distinct = true
unique = true
with = { fillfactor = 90, deduplicate_items = "off" }
comment = "c"
"#);
    let expected = concat!(
        r#"{"using":"btree","unique":true,"nulls_not_distinct":true,"keys":["#,
        r#"{"on":{"column":"b"},"opclass":null,"collation":null,"descending":false,"nulls_first":false},"#,
        r#"{"on":{"column":"a"},"opclass":null,"collation":"pg_catalog.\"de-x-icu\"","descending":true,"nulls_first":true},"#,
        r#"{"on":{"column":"b"},"opclass":null,"collation":null,"descending":false,"nulls_first":true},"#,
        r#"{"on":{"expression":"lower(a)"},"opclass":"text_pattern_ops","collation":null,"descending":true,"nulls_first":false}],"#,
        r#""include":["a"],"where":"b > 0","with":{"deduplicate_items":"off","fillfactor":"90"},"valid":true}"#
    );
    assert_eq!(json(&loaded, &on("t", KindTag::Index, "i")), expected);
    let table = r#"{"unlogged":true,"with":{"autovacuum_enabled":"false","fillfactor":"70"},"partition_by":null,"access_method":null}"#;
    assert_eq!(json(&loaded, &Id::new(KindTag::Table, "public", "t")), table);
}

#[test]
fn a_function_is_told_from_its_namesakes_by_its_arguments() {
    let loaded = one(r#"
[function."f(int, varchar(5))"]
arguments = ["int4", { name = "b", type = "varchar(5)", default = "'x'" }]
returns = "SETOF t"
language = "plpgsql"
body = "x"
volatility = "immutable"
strict = true
security_definer = true
leakproof = true
parallel = "safe"
cost = 10
rows = 5.0
set = { search_path = "pg_catalog,public", "app.x" = 5 }
comment = "c"
[function.f]
body = ""
cost = 100
rows = 1000
[function."billing.g"]
arguments = [{ type = "int", mode = "out" }]
body = "select 1"
[function.h]
arguments = [{ name = "a", type = "int", mode = "inout" }, { name = "b", type = "int", mode = "out" }]
returns = "table ( a numeric(10, 2), b varchar )"
body = "select 1"
[table.t]
"#);
    let function = |namespace: &str, name: &str, types: &str| {
        let id = Id { owner: types.to_owned(), ..Id::new(KindTag::Function, namespace, name) };
        json(&loaded, &id)
    };
    let expected = concat!(
        r#"{"arguments":[{"name":null,"type":"integer","default":null,"mode":"in"},"#,
        r#"{"name":"b","type":"character varying","default":"'x'","mode":"in"}],"returns":"SETOF t","language":"plpgsql","#,
        r#""body":"x","volatility":"immutable","strict":true,"security_definer":true,"leakproof":true,"parallel":"safe","#,
        r#""cost":"10","rows":"5","window":false,"support":null,"transforms":[],"object_file":null,"#,
        r#""set":["search_path=pg_catalog, public","app.x=5"]}"#
    );
    assert_eq!(function("public", "f", "integer, character varying"), expected);
    let plain = function("public", "f", "");
    assert!(
        plain.contains(r#""returns":"void","language":"sql""#)
            && plain.contains(r#""cost":null,"rows":null,"window":false"#)
    );
    assert!(function("billing", "g", "").contains(r#""returns":"integer""#));
    assert!(function("public", "h", "integer").contains(r#""returns":"TABLE(a numeric, b character varying)""#));
}

#[test]
fn policies_come_from_sets_and_by_themselves() {
    let loaded = one(r#"
[policy_set.tenant]
select = { using = "{tenant} = current_tenant() AND '{tenant}' <> ''", to = ["b", "a", "b"], comment = "c" }
all = { using = "{tenant} IS NOT NULL", check = "true", as = "restrictive", name = "{table}_guard" }
[table.t]
row_security = "on"
policies = [{ set = "tenant", tenant = "Tenant" }]
column.Tenant = "uuid"
[table.s]
policies = { set = "tenant", tenant = "x.y" }
column.x = "uuid"
[table.t.policy.p]
for = "update"
to = "public"
using = "true"
check = "false"
renamed_from = "q"
"#);
    let policy = |table: &str, name: &str| json(&loaded, &on(table, KindTag::Policy, name));
    assert_eq!(
        policy("t", "t_select"),
        r#"{"permissive":true,"for":"select","to":["a","b"],"using":"\"Tenant\" = current_tenant() AND '{tenant}' <> ''","check":null}"#
    );
    assert!(policy("s", "s_select").contains(r#""using":"(x.y) = current_tenant()"#));
    assert!(
        policy("t", "t_guard").contains(r#""permissive":false,"for":"all","to":[],"using":"\"Tenant\" IS NOT NULL""#)
    );
    assert!(policy("t", "p").contains(r#""for":"update","to":[],"using":"true","check":"false""#));
    let forced = Id { kind: KindTag::RowSecurity, owner: "t".to_owned(), ..Id::new(KindTag::Table, "public", "") };
    assert_eq!(json(&loaded, &forced), r#"{"enabled":true,"forced":false}"#);
    assert!(!loaded.schema.contains(&Id { owner: "s".to_owned(), ..forced }));
    let id = on("t", KindTag::Policy, "t_select");
    assert_eq!(loaded.schema.get(&id).unwrap().comment.as_deref(), Some("c"));
}

#[test]
fn a_table_may_be_spread_over_files() {
    let loaded = try_files(&[
        "[table.t]\nprimary_key = [\"b\"]\n[table.t.column]\nb = \"int\"\na = \"int\"\n",
        "[table.t]\ncomment = \"c\"\n[table.t.column]\nc = \"int\"\n[table.t.index.i]\non = [\"c\"]\n",
        "table.t.index.j.on = [\"a\"]\ntable.u = {}\n[schema.extra]\ncomment = \"more\"\n[extension.vector]\nschema = \"ext\"\n",
    ])
    .unwrap();
    let table = Id::new(KindTag::Table, "public", "t");
    let columns: Vec<&str> =
        loaded.schema.children_of(&table, KindTag::Column).map(|(id, _)| id.name.as_str()).collect();
    assert_eq!(columns, ["b", "a", "c"]);
    assert_eq!(loaded.schema.children_of(&table, KindTag::Index).count(), 2);
    assert_eq!(loaded.place_of(&on("t", KindTag::Index, "i")).unwrap().file, 1);
    for name in ["public", "extra", "ext"] {
        assert!(loaded.schema.contains(&Id::new(KindTag::Namespace, "", name)), "{name}");
    }
}

#[test]
fn nothing_declared_is_an_empty_schema() {
    assert_eq!(one("").schema.len(), 1);
    assert_eq!(load_sources(Vec::new()).unwrap().schema.len(), 1);
}
