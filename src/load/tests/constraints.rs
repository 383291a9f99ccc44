//! Constraints: as a column says them, and by themselves.

use super::*;

#[test]
fn the_values_of_a_column_are_a_check_in_the_words_of_the_server() {
    let loaded = one(r#"
[enum.plan]
values = ["free", "pro"]
[table.t.column]
a = { type = "text", one_of = ["x", "it's"], check = "a <> 'y'" }
b = { type = "text", one_of = ["x"] }
c = { type = "varchar(9)", one_of = ["x", "y"] }
d = { type = "varchar", one_of = ["x"] }
e = { type = "plan", one_of = ["free", "pro"] }
f = { type = "int", one_of = [1, 2] }
g = { type = "citext_like.x", one_of = ["x", "y"] }
order = { type = "text", one_of = ["x", "y"] }
lo = { type = "int", check = "lo < f" }
"#);
    let check = |name: &str| json(&loaded, &on("t", KindTag::Check, name));
    let is = |text: &str| format!(r#"{{"expression":"{text}","no_inherit":false,"validated":true,"enforced":true}}"#);
    assert_eq!(check("t_a_check"), is("a = ANY (ARRAY['x'::text, 'it''s'::text])"));
    assert_eq!(check("t_a_check1"), is("a <> 'y'"));
    assert_eq!(check("t_b_check"), is("b = 'x'::text"));
    // Given back to the server its words would change once more, so that the check is written as it is meant.
    assert_eq!(check("t_c_check"), is("c IN ('x', 'y')"));
    let varying = "((c)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))";
    let Some(Object::Check(list)) = loaded.schema.object(&on("t", KindTag::Check, "t_c_check")) else { panic!() };
    assert_eq!(list.expression, varying.into());
    assert_eq!(check("t_d_check"), is("(d)::text = 'x'::text"));
    assert_eq!(check("t_e_check"), is("e = ANY (ARRAY['free'::plan, 'pro'::plan])"));
    assert_eq!(check("t_f_check"), is("f = ANY (ARRAY[1, 2])"));
    assert_eq!(check("t_g_check"), is("g IN ('x', 'y')"));
    assert_eq!(check("t_order_check"), is(r#"\"order\" = ANY (ARRAY['x'::text, 'y'::text])"#));
    // PostgreSQL names a check after its column only where it is the one column in it.
    assert_eq!(check("t_check"), is("lo < f"));
}

#[test]
fn keys_take_the_names_that_the_server_would_give() {
    let loaded = one(r#"
[table.tenants]
primary_key = { name = "tenants_pk", columns = ["id"], comment = "k" }
column.id = "uuid"
[table.users]
primary_key = ["tenant_id", "id"]
column.id = "uuid"
column.tenant_id = { type = "uuid", references = "tenants", on_delete = "cascade", deferrable = "deferred", not_null = false }
column.email = { type = "text", unique = { nulls_not_distinct = true } }
column.name = { type = "text", unique = { name = "one_name", deferrable = true } }
unique.both = { columns = ["tenant_id", "email"], include = ["name"] }
check.users_email_check = { expression = "email <> ''", not_valid = true, no_inherit = true }
index.users_email_key = { on = ["email"] }
"#);
    let key = |kind, table: &str, name: &str| json(&loaded, &on(table, kind, name));
    assert!(key(KindTag::PrimaryKey, "tenants", "tenants_pk").contains(r#""columns":["id"]"#));
    assert!(key(KindTag::PrimaryKey, "users", "users_pkey").contains(r#""columns":["tenant_id","id"]"#));
    assert_eq!(
        key(KindTag::ForeignKey, "users", "users_tenant_id_fkey"),
        r#"{"columns":["tenant_id"],"references_namespace":"public","references_table":"tenants","references_columns":["id"],"match":"simple","on_delete":"cascade","on_delete_columns":[],"on_update":"no_action","deferral":"deferred","validated":true,"enforced":true,"period":false}"#
    );
    // The index has the name, so the constraint gets the next one.
    assert!(key(KindTag::Unique, "users", "users_email_key1").contains(r#""nulls_not_distinct":true"#));
    assert!(key(KindTag::Unique, "users", "one_name").contains(r#""deferral":"immediate""#));
    assert!(key(KindTag::Unique, "users", "both").contains(r#""include":["name"]"#));
    let check = key(KindTag::Check, "users", "users_email_check");
    assert!(check.contains(r#""no_inherit":true,"validated":false"#));
    assert!(key(KindTag::Column, "users", "id").contains(r#""not_null":true"#));
    assert!(key(KindTag::Column, "users", "email").contains(r#""not_null":false"#));
}

#[test]
fn a_foreign_key_may_stand_by_itself() {
    let loaded = one(r#"
[table."billing.plans"]
unique.plans_key = ["a", "b"]
column.a = "int"
column.b = "int"
[table.t]
column.x = "int"
column.y = "int"
foreign_key.one = { columns = ["x", "y"], references = { table = "billing.plans", columns = ["b", "a"] }, on_delete = "set null", on_delete_columns = ["y"], match = "full", not_valid = true }
foreign_key.two = { columns = ["x", "y"], references = "billing.plans(a, b)", on_update = "cascade", deferrable = "immediate", renamed_from = "zwei" }
"#);
    let one = json(&loaded, &on("t", KindTag::ForeignKey, "one"));
    assert_eq!(
        one,
        r#"{"columns":["x","y"],"references_namespace":"billing","references_table":"plans","references_columns":["b","a"],"match":"full","on_delete":"set_null","on_delete_columns":["y"],"on_update":"no_action","deferral":"not_deferrable","validated":false,"enforced":true,"period":false}"#
    );
    let two = json(&loaded, &on("t", KindTag::ForeignKey, "two"));
    assert!(two.contains(r#""on_update":"cascade","deferral":"immediate","validated":true"#));
    assert_eq!(loaded.schema.renamed_from[&on("t", KindTag::ForeignKey, "two")], "zwei");
}
