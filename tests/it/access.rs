//! Ways to open rows to others by way of something else: each is named, and what comes close to it and opens nothing is not.

use super::converge::open;
use super::hazards::{hazards, walked};
use crate::support;

/// A closed table, and one that is not, with room for more of each.
const BASE: &str = "[table.users]\nprimary_key = ['id']\nrow_security = 'force'\ncolumn.id = 'integer'\ncolumn.mail = 'text'\n\
    policy.own = { using = \"id::text = current_setting('app.user', true)\" }\n#users\n\
    [table.plain]\ncolumn.id = 'integer'\ncolumn.mail = 'text'\n#plain\n";

const READS: &str = "[view.v]\nquery = 'SELECT id, mail FROM users'\n";
const RUNS: &str = "[function.f]\nreturns = 'bigint'\nbody = 'SELECT 1'\n";
const FRESH: &str = "[table.fresh]\nrow_security = 'force'\ncolumn.id = 'integer'\npolicy.p = { using = 'true' }\n";
const ALLOWED: &str = "[view.allowed]\nquery = 'SELECT one() AS id'\n[function.one]\nreturns = 'integer'\nbody = 'SELECT 1'\n\
    [table.lists]\nrow_security = 'on'\ncolumn.id = 'integer'\npolicy.p = { using = 'id IN (SELECT a.id FROM allowed a)' }\n";
const LOG: &str = "[function.log]\nreturns = 'trigger'\nlanguage = 'plpgsql'\nbody = 'BEGIN RETURN NEW; END'\n";
const CALLS: &str = "trigger.t = { timing = 'after', events = ['insert'], for_each = 'row', function = 'log' }\n";
const WRITES: &str = "BEGIN INSERT INTO plain VALUES (NEW.id); RETURN NEW; END";
const NAMED: &str = "[table.members]\ncolumn.id = 'integer'\n[function.is_member]\nreturns = 'boolean'\nlanguage = 'plpgsql'\n\
    body = 'BEGIN RETURN EXISTS (SELECT FROM members); END'\n[table.lists]\nrow_security = 'on'\ncolumn.id = 'integer'\n\
    policy.p = { using = 'is_member()' }\n";
const STATE: &str =
    "[function.state]\narguments = ['bigint', 'bigint']\nreturns = 'bigint'\nbody = 'SELECT 1::bigint'\n";
const HIDDEN: &str = "security_definer = true\nrevoke = [{ from = 'public', privileges = ['execute'] }]\n";
const SUM: &str = "[aggregate.sums]\narguments = ['bigint']\nsfunc = 'state'\nstype = 'bigint'\n";
const BLOCKS: &str = "[enum.level]\nvalues = ['viewer', 'editor', 'admin']\n[table.blocked]\nrow_security = 'on'\ncolumn.id = 'integer'\n\
    column.at = 'level'\ncolumn.state = 'text'\ncolumn.open = { type = 'boolean', generated = \"state = 'x'\" }\n\
    policy.all = { using = 'true' }\n#blocked\n[view.open]\nquery = \"SELECT b.id FROM blocked b WHERE b.open AND b.at >= 'editor'\"\n\
    with = { security_invoker = true }\n[table.lists]\nrow_security = 'on'\ncolumn.id = 'integer'\n";
const BLOCKED: &str = "policy.p = { using = 'NOT EXISTS (SELECT FROM blocked b WHERE b.id = lists.id)' }\n";
const RESTRICTS: &str = "policy.some = { as = 'restrictive', using = 'id = 0' }\n";
const OPENED: &str = "policy.p = { using = 'id IN (SELECT o.id FROM open o)' }\n";
const OWN: &str = "[enum.level]\nvalues = ['viewer', 'editor', 'admin']\n[table.lists]\nrow_security = 'on'\ncolumn.state = 'text'\n\
    column.at = 'level'\ncolumn.open = { type = 'boolean', generated = \"state = 'x'\" }\ncolumn.more = 'boolean'\n\
    policy.p = { using = \"open OR at < 'editor'\" }\n";
const GRANT: &str = "grant = [{ to = 'pg_monitor', privileges = ['select'] }]\n";
const PARENT: &str = "[table.parent]\npartition_by = 'range (id)'\ncolumn.id = 'integer'\n#parent\n";
const PART: &str =
    "[table.part]\n#tie\nrow_security = 'force'\ncolumn.id = 'integer'\npolicy.p = { using = 'id > 5' }\n";
const TIE: &str = "partition_of = 'parent'\nvalues = 'from (1) to (10)'\n";
const CLOSED: &str = "row_security = 'force'\npolicy.p = { using = 'id > 5' }\n";

/// What is there beside [`BASE`], what becomes of it, and what is said of that; nothing where it opens nothing.
fn changes() -> Vec<(String, String, &'static str)> {
    let owner = "`v` reads `users` with its owner's rights, past";
    let rights = "`f` runs with its owner's rights, whoever calls it";
    let with = |text: &str, more: &str| format!("{text}{more}\n");
    let at = |text: &str, place: &str, more: &str| text.replace(place, &format!("{more}{place}"));
    let invoker = with(READS, "with = { security_invoker = true }");
    let barrier = with(READS, "with = { security_invoker = true, security_barrier = true }");
    let definer = with(RUNS, "security_definer = true");
    let hidden = with(&definer, "revoke = [{ from = 'public', privileges = ['execute'] }]");
    let plain_view = "[view.w]\nquery = 'SELECT id FROM plain'\n";
    let logs = LOG.replace("BEGIN RETURN NEW; END", WRITES);
    let apart = format!("{PARENT}{PART}");
    let tied = at(&apart, "#tie", TIE);
    let columns =
        |list: &str| format!("grant = [{{ to = 'pg_monitor', columns = [{list}], privileges = ['select'] }}]\n");
    let on_plain = |grant: &str| at(BASE, "#plain", grant);
    let base = |more: &str| format!("{BASE}{more}");
    let blocks = |policy: &str, more: &str| format!("{}{policy}", BLOCKS.replace("#blocked\n", more));
    vec![
        (base(""), base(READS), owner),
        (base(""), base(&invoker), ""),
        (base(""), base(&READS.replace("[view.v]", "[materialized_view.v]")), owner),
        (base(""), base(plain_view), ""),
        (base(""), base(&format!("{FRESH}[view.v]\nquery = 'SELECT id FROM fresh'\n")), ""),
        (base(READS), base(&READS.replace("FROM users", "FROM users WHERE id > 0")), owner),
        (base(&invoker), base(READS), "`v` reads with its owner's rights"),
        (base(&invoker), base(&invoker.replace("true }", "'fal' }")), "`v` reads with its owner's rights"),
        (base(&barrier), base(&invoker), "conditions of others may see rows that `v` hides"),
        (base(&invoker), base(&barrier), ""),
        (base(READS), base(&invoker), ""),
        (base(""), base(&with(plain_view, GRANT)), "`pg_monitor` gets rows of `plain` through `w`"),
        (on_plain(GRANT), format!("{}{}", on_plain(GRANT), with(plain_view, GRANT)), ""),
        // What policies read, itself or by way of others.
        (base(ALLOWED), base(&ALLOWED.replace("one() AS", "one() + 1 AS")), "policies that read `allowed` let through"),
        (base(ALLOWED), base(&ALLOWED.replace("SELECT 1", "SELECT 2")), "policies that call `one` let through"),
        (
            base(OWN),
            base(&OWN.replace("state = 'x'", "state <> 'x'")),
            "`lists` read `open` of `lists`, which is computed",
        ),
        (base(OWN), base(&OWN.replace("'editor', 'admin'", "'admin', 'editor'")), "`lists` read values of `level`"),
        (base(OWN), base(&OWN.replace("'editor', 'admin'", "'editor', 'guest', 'admin'")), ""),
        (base(OWN), base(&OWN.replace("'editor', 'admin'", "'editor'")), ""),
        (base(OWN), base(&OWN.replace("more = 'boolean'", "more = { type = 'boolean', generated = 'true' }")), ""),
        (
            base(&format!("{BLOCKS}{OPENED}")),
            base(&format!("{BLOCKS}{OPENED}").replace("state = 'x'", "state <> 'x'")),
            "`lists` read `open` of `blocked`, which is computed otherwise",
        ),
        (
            base(&format!("{BLOCKS}{OPENED}")),
            base(&format!("{BLOCKS}{OPENED}").replace("'viewer', 'editor'", "'editor', 'viewer'")),
            "`lists` read values of `level`, which come in another order",
        ),
        (
            base(&format!("{BLOCKS}{BLOCKED}")),
            base(&format!("{BLOCKS}{BLOCKED}").replace("state = 'x'", "state <> 'x'")),
            "",
        ),
        (
            base(
                &format!("{BLOCKS}{BLOCKED}")
                    .replace("column.id = 'integer'\n", "column.id = 'integer'\ncolumn.no = 'integer'\n"),
            ),
            base(&format!("{BLOCKS}{BLOCKED}").replace(
                "column.id = 'integer'\n",
                "column.id = { type = 'integer', generated = '1' }\ncolumn.no = 'integer'\n",
            )),
            "`lists` read `id` of `blocked`, which is computed otherwise",
        ),
        // Fewer rows of one table are more rows of another.
        (blocks(BLOCKED, ""), blocks(BLOCKED, RESTRICTS), "policies of `lists` read `blocked`, and see other rows"),
        (blocks(OPENED, ""), blocks(OPENED, RESTRICTS), "policies of `lists` read `blocked`, and see other rows"),
        (blocks("", ""), blocks("", RESTRICTS), ""),
        (
            blocks(BLOCKED, ""),
            blocks(BLOCKED, &RESTRICTS.replace("using = 'id = 0'", "for = 'insert', check = 'id = 0'")),
            "",
        ),
        (blocks(BLOCKED, ""), blocks(BLOCKED, "").replace("policy.all = { using = 'true' }", ""), "and see other rows"),
        (
            blocks(BLOCKED, ""),
            blocks(BLOCKED, "").replace("policy.all = { using = 'true' }", "policy.all = { using = 'id > 0' }"),
            "and see other rows",
        ),
        (blocks(BLOCKED, ""), blocks(BLOCKED, "").replacen("'on'", "'force'", 1), "and see other rows"),
        (blocks(BLOCKED, "").replacen("'on'", "'off'", 1), blocks(BLOCKED, ""), "and see other rows"),
        (blocks(BLOCKED, "").replacen("'on'", "'off'", 1), blocks(BLOCKED, RESTRICTS).replacen("'on'", "'off'", 1), ""),
        // Functions with other rights than their callers'.
        (base(RUNS), base(&definer), rights),
        (base(&definer), base(&definer.replace("SELECT 1", "SELECT 2")), rights),
        (base(&definer), base(&with(&definer, "set = { search_path = 'public' }")), rights),
        (base(""), base(&definer), rights),
        (base(""), base(&hidden), ""),
        (base(&hidden), base(&with(&hidden, GRANT).replace("select", "execute")), "`pg_monitor` gets execute on `f`"),
        (base(&definer), base(RUNS), ""),
        (base(RUNS), base(&RUNS.replace("SELECT 1", "SELECT 2")), ""),
        (base(""), base(&with(RUNS, "leakproof = true")), "is called for rows that policies hide"),
        // Grants.
        (base(""), on_plain(GRANT), "`pg_monitor` gets select on `plain`"),
        (base(""), base(&format!("[table.new]\ncolumn.id = 'integer'\n{GRANT}")), ""),
        (on_plain(&columns("'id'")), on_plain(&columns("'id', 'mail'")), "`pg_monitor` gets select on `plain`"),
        (on_plain(&columns("'id'")), on_plain(GRANT), "`pg_monitor` gets select on `plain`"),
        (on_plain(GRANT), on_plain(&columns("'id'")), ""),
        (on_plain(&columns("'id'")), on_plain(&format!("column.more = 'text'\n{}", columns("'id', 'more'"))), ""),
        // What becomes part of something less closed.
        (base(&apart), base(&tied), "rows of `part` are found through `parent`, which is less closed"),
        (base(&at(&apart, "#parent", CLOSED)), base(&at(&tied, "#parent", CLOSED)), ""),
        (
            base(&at(&apart, "#parent", &CLOSED.replace("id > 5", "true"))),
            base(&at(&tied, "#parent", &CLOSED.replace("id > 5", "true"))),
            "rows of `part` are found through `parent`, which is less closed",
        ),
        (
            base(&at(&apart, "#parent", &format!("{CLOSED}{GRANT}"))),
            base(&at(&tied, "#parent", &format!("{CLOSED}{GRANT}"))),
            "`pg_monitor` gets rows of `part` through `parent`",
        ),
        (
            base(&at(&PART.replace("row_security", "#\nrow_security"), "#tie", "")),
            base(&format!("{}[table.top]\ncolumn.id = 'integer'\n", at(PART, "#tie", "inherits = ['top']\n"))),
            "rows of `part` are found through `top`, which is less closed",
        ),
        (
            base(PART),
            base(&format!(
                "[table.top]\ncolumn.id = 'integer'\n{CLOSED}{}[view.v]\nquery = 'SELECT id FROM top'\n",
                at(PART, "#tie", "inherits = ['top']\n")
            )),
            "`v` reads `part` with its owner's rights",
        ),
        // What is found by a name that meant something else.
        (
            base(NAMED),
            base(&format!("[schema.other]\n{NAMED}[table.\"other.members\"]\ncolumn.id = 'integer'\n")),
            "policies that read `members`",
        ),
        (base(NAMED), base(&format!("[schema.other]\n{NAMED}[table.\"other.more\"]\ncolumn.id = 'integer'\n")), ""),
        (
            base(&format!("{STATE}{HIDDEN}")),
            base(&format!("{STATE}{HIDDEN}{SUM}")),
            "`sums` calls `state` with its owner's rights",
        ),
        // Rows that are handed on.
        (base(&logs), at(&base(&logs), "#users", CALLS), "`t` hands rows of `users` on to where `log` writes"),
        (at(&base(LOG), "#users", CALLS), at(&base(&logs), "#users", CALLS), "`t` hands rows of `users` on"),
        (base(LOG), at(&base(LOG), "#users", CALLS), ""),
        (base(&logs), at(&base(&logs), "#plain", CALLS), ""),
    ]
}

fn named_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut wrong = Vec::new();
        for (from, to, wish) in changes() {
            let database = support::server(major).database("access");
            let client = open(&database).await;
            let comparison = walked(&client, &from, "", &to, false).await;
            assert!(!comparison.plan.is_empty(), "nothing changes:\n{to}");
            let found = hazards(&comparison).filter(|it| it.rule.name == "weakens_access");
            let found: Vec<&str> = found.map(|it| it.detail.as_str()).collect();
            let right = if wish.is_empty() { found.is_empty() } else { found.iter().any(|it| it.contains(wish)) };
            if !right {
                wrong.push(format!("wished `{wish}`, found {found:?}:\n{to}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    });
}

#[test]
fn what_opens_rows_to_others_is_named_16() {
    named_on(16);
}

#[test]
fn what_opens_rows_to_others_is_named_18() {
    named_on(18);
}
