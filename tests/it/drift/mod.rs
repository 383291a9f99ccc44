//! Drift: each thing that somebody can change behind dbtool's back is reported in just these words, and repaired.

mod told;

use told::{
    ACCESS, AGGREGATES, CHILDREN, COLUMNS, CONSTRAINTS, Drift, INDEXES, OTHERS, SEQUENCES, SINCE_18, TRIGGERS, TYPES,
    UPKEEP, VIEWS,
};

use super::converge::{assert_same, converge, declare, difference, files, lines, open, run};
use crate::support;

/// Something of everything that can drift.
const DECLARED: &str = r#"
[extension.vector]

[enum.plan]
values = ["free", "pro"]

[function.tenant]
returns = "uuid"
language = "sql"
volatility = "stable"
comment = "Whose rows this session may see"
body = "SELECT NULLIF(current_setting('app.tenant', true), '')::uuid"

[table.tenants]
primary_key = ["id"]

[table.tenants.column]
id = "uuid"
name = { type = "text", not_null = true }

[table.chunks]
comment = "Pieces of documents"
primary_key = ["id"]
row_security = "force"
with = { fillfactor = 90 }
check.chunks_size_range = "size BETWEEN 1 AND 100"
check.chunks_title_filled = { expression = "title <> ''", comment = "Empty titles are no titles" }
unique.chunks_title_key = { columns = ["tenant_id", "title"], deferrable = true }

[table.chunks.column]
id = { type = "bigint", identity = { generated = "always", start = 100 } }
tenant_id = { type = "uuid", not_null = true }
parent_id = "bigint"
title = { type = "text", not_null = true, collation = "C" }
size = { type = "integer", not_null = true, default = 1 }
twice = { type = "integer", generated = "size * 2" }
plan = { type = "plan", default = "'free'" }
price = "numeric(10,2)"
created_at = { type = "timestamptz", not_null = true, default = "now()" }
embedding = "vector(1024)"

[table.chunks.foreign_key.chunks_tenant_fk]
columns = ["tenant_id"]
references = "tenants"
on_delete = "cascade"
comment = "Goes with its tenant"

[table.chunks.foreign_key.chunks_parent_fk]
columns = ["parent_id"]
references = "chunks"
deferrable = "deferred"

[table.chunks.index.chunks_embedding_idx]
using = "hnsw"
on = [{ column = "embedding", opclass = "vector_cosine_ops" }]
with = { m = 16, ef_construction = 64 }

[table.chunks.index.chunks_recent_idx]
on = ["tenant_id", { column = "created_at", order = "desc", nulls = "last" }]
include = ["size"]
where = "title <> 'draft'"
comment = "The list's"

[table.chunks.index.chunks_lower_idx]
on = [{ expression = "lower(title)" }]
unique = true

[table.chunks.policy.chunks_own]
using = "tenant_id = tenant()"
check = "tenant_id = tenant()"
comment = "Only one's own"

[table.chunks.policy.chunks_fixed]
as = "restrictive"
for = "update"
to = ["pg_read_all_data"]
using = "plan <> 'pro'"
check = "size IN (1, 2)"

[table.papers.column]
id = "bigint"
title = "text"
size = "integer"

[view.titles]
query = "select id, title as called from papers where size > 1"
with = { security_invoker = true }
comment = "Large ones"

[domain.email]
type = "varchar(100)"
not_null = true
default = "'a@b'"
collation = "C"
check.email_at = "VALUE like '%@%'"
comment = "Where to write"

[composite.address]
attributes = { street = { type = "text", collation = "C" }, number = "integer" }
comment = "Where to go"

[sequence.numbers]
increment = 2
comment = "Even"

[table.counted.column]
id = "serial"
other = "integer"

[function.touch]
returns = "trigger"
language = "plpgsql"
body = "BEGIN RETURN NEW; END"

[table.papers.trigger.papers_touch]
timing = "before"
events = ["insert", "update"]
columns = ["size"]
for_each = "row"
when = "NEW.size in (1, 2)"
function = "touch"
arguments = ["a"]
comment = "Each time"

[table.papers.trigger.papers_after]
timing = "after"
events = ["update"]
function = "touch"
new_table = "changed"

[table.spread]
partition_by = "range (id)"

[table.spread.column]
id = { type = "integer", not_null = true }
word = { type = "text", default = "'a'" }

[table.spread_1]
partition_of = "spread"
values = "from (1) to (10)"

[table.spread_2]
partition_of = "spread"
values = "from (10) to (20)"
column.word = { default = "'b'" }

[table.base]
replica_identity = { index = "base_id_idx" }
cluster_on = "base_id_idx"
column.id = { type = "integer", not_null = true }
index.base_id_idx = { on = ["id"], unique = true }

[table.heir]
inherits = ["base"]
column.more = { type = "text", storage = "external", statistics = 5 }

[function.plain]
arguments = ["integer"]
returns = "integer"
language = "internal"
body = "int4abs"

[aggregate.total]
arguments = ["integer"]
sfunc = "int4pl"
stype = "integer"
initcond = "0"
comment = "Adds up"

[range.span]
subtype = "float8"
comment = "From here to there"

[table.bookings]
unique.bookings_code_key = { columns = ["code"], with = { fillfactor = 70 } }

[table.bookings.column]
id = "integer"
code = "text"
during = "span"

[materialized_view.sizes]
query = "select size, count(*) as times from papers group by size"
column_comments = { times = "How often" }

[materialized_view.sizes.index.sizes_size_idx]
on = ["size"]
"#;

/// Makes each change by itself, reads what is said of it, repairs it.
async fn drifts(major: u32, all: &[Drift]) {
    let database = support::server(major).database("drift");
    let client = open(&database).await;
    converge(&client, DECLARED).await;
    let wish = declare(DECLARED);
    let mut wrong = Vec::new();
    for (sql, expected) in all.iter().filter(|(sql, _)| major >= 18 || !sql.starts_with("/* 18 */")) {
        client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let comparison = difference(&client, &wish).await;
        let found = lines(&comparison);
        if found != *expected {
            wrong.push(format!("{sql}\n  expected {expected:#?}\n  found {found:#?}"));
        }
        for part in files(&comparison) {
            run(&client, part.transactional, &part.steps).await;
        }
        assert_same(&client, &wish, sql).await;
    }
    assert!(wrong.is_empty(), "{} drifts are told in other words:\n{}", wrong.len(), wrong.join("\n"));
}

macro_rules! drifts {
    ($($name:ident: $all:ident)*) => {
        $(mod $name {
            #[tokio::test]
            async fn is_told_and_repaired_16() { super::drifts(16, super::$all).await }
            #[tokio::test]
            async fn is_told_and_repaired_18() { super::drifts(18, super::$all).await }
        })*
    };
}

drifts! { access: ACCESS indexes: INDEXES constraints: CONSTRAINTS columns: COLUMNS views: VIEWS triggers: TRIGGERS sequences: SEQUENCES types: TYPES children: CHILDREN upkeep: UPKEEP aggregates: AGGREGATES since_18: SINCE_18 others: OTHERS }

/// What others may do with a view goes with it, and comes back where it only steps aside; so it does on the way back.
#[tokio::test]
async fn grants_on_a_view_come_back_with_it() {
    let toml = |kind: &str| {
        format!(
            "[table.notes]\ncolumn.id = \"{kind}\"\n[view.ids]\nquery = \"SELECT id FROM notes\"\ngrant = [\n\
             {{ to = \"public\", privileges = [\"select\"] }},\n\
             {{ to = \"pg_monitor\", privileges = [\"select\", \"insert\"], with_grant_option = true }},\n\
             {{ to = \"pg_monitor\", privileges = [\"update\"], columns = [\"id\"] }}]\n"
        )
    };
    let database = support::server(18).database("grants");
    let client = open(&database).await;
    converge(&client, &toml("int")).await;
    let sql = "SELECT relacl::text || (SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1) \
               FROM pg_class c WHERE relname = 'ids'";
    let entries = || {
        let text = database.query_text(sql).concat().concat();
        let mut entries: Vec<String> = text.split([',', '{', '}']).map(str::to_owned).collect();
        entries.sort();
        entries
    };
    let given = entries();
    let comparison = converge(&client, &toml("bigint")).await;
    assert_eq!(entries(), given);
    for part in files(&comparison).iter().rev() {
        run(&client, part.transactional, &part.down).await;
    }
    assert_eq!(entries(), given);
}

/// Who may call a function that is made anew is who could before.
#[tokio::test]
async fn callers_of_a_function_stay_the_same() {
    let toml = |argument: &str| {
        format!(
            "[function.f]\narguments = [{{ name = \"{argument}\", type = \"integer\" }}]\nreturns = \"integer\"\n\
             security_definer = true\nbody = \"SELECT 1\"\n\
             grant = [{{ to = \"pg_monitor\", privileges = [\"execute\"] }}]\n\
             revoke = [{{ from = \"public\", privileges = [\"execute\"] }}]\n"
        )
    };
    let database = support::server(18).database("callers");
    let client = open(&database).await;
    converge(&client, &toml("a")).await;
    let sql = "SELECT proacl::text FROM pg_proc WHERE proname = 'f'";
    let given = database.query_text(sql);
    assert!(!given.concat().concat().contains("{=X"), "{given:?}");
    let comparison = converge(&client, &toml("b")).await;
    assert_eq!(database.query_text(sql), given);
    for part in files(&comparison).iter().rev() {
        run(&client, part.transactional, &part.down).await;
    }
    assert_eq!(database.query_text(sql), given);
}
