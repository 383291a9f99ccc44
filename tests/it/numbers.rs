//! Numbers that columns give to new rows go on from those that are there, whatever becomes of the column or its table.

use super::converge::{converge, open};
use crate::support;

/// A declaration, what is done to its rows, the next one, another row, and the number that this gets.
struct Walk {
    from: &'static str,
    rows: &'static str,
    to: &'static str,
    next: &'static str,
    number: i64,
}

const WALKS: &[Walk] = &[
    Walk {
        from: "[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\n",
        rows: "INSERT INTO t VALUES (1), (41)",
        to: "[table.t]\nprimary_key = ['id']\ncolumn.id = { type = 'integer', identity = 'always' }\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 42,
    },
    Walk {
        from: "[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\n",
        rows: "INSERT INTO t VALUES (1), (41)",
        to: "[table.t]\nprimary_key = ['id']\ncolumn.id = 'serial'\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 42,
    },
    // No row has a number that it could give.
    Walk {
        from: "[table.t]\nprimary_key = ['id']\ncolumn.id = 'integer'\n",
        rows: "INSERT INTO t VALUES (-4), (41), (6000)",
        to: "[table.t]\nprimary_key = ['id']\ncolumn.id = { type = 'integer', identity = { generated = 'always', start = 100, max = 5000 } }\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 100,
    },
    Walk {
        from: "[table.t]\nprimary_key = ['id']\ncolumn.id = 'smallint'\n",
        rows: "INSERT INTO t VALUES (-4), (41)",
        to: "[table.t]\nprimary_key = ['id']\ncolumn.id = { type = 'smallint', identity = { generated = 'always', increment = -1 } }\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: -5,
    },
    // With another type in the same go.
    Walk {
        from: "[table.t]\ncolumn.id = { type = 'integer', not_null = true }\n",
        rows: "INSERT INTO t VALUES (1), (41)",
        to: "[table.t]\ncolumn.id = { type = 'bigint', identity = 'always' }\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 42,
    },
    Walk {
        from: "[table.t]\nrow_security = 'force'\nprimary_key = ['id']\ncolumn.id = 'integer'\n",
        rows: "ALTER TABLE t NO FORCE ROW LEVEL SECURITY; INSERT INTO t VALUES (1), (41); ALTER TABLE t FORCE ROW LEVEL SECURITY",
        to: "[table.t]\nrow_security = 'force'\nprimary_key = ['id']\ncolumn.id = { type = 'integer', identity = 'always' }\npolicy.all = { check = 'true', using = 'true' }\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 42,
    },
    // A table that is made anew, with the partitions that stay.
    Walk {
        from: "[table.t]\npartition_by = 'range (id)'\ncolumn.id = 'serial'\n[table.t1]\npartition_of = 't'\nvalues = 'from (0) to (10)'\n",
        rows: "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES",
        to: "[table.t]\npartition_by = 'list (id)'\ncolumn.id = 'serial'\n[table.t1]\npartition_of = 't'\nvalues = 'in (1, 2, 3)'\n",
        next: "INSERT INTO t DEFAULT VALUES RETURNING id::bigint",
        number: 3,
    },
];

const COUNTED: &str = "[table.t]\npartition_by = 'range (id)'\ncolumn.id = { type = 'integer', identity = 'always' }\n\
    [table.t1]\npartition_of = 't'\nvalues = 'from (0) to (10)'\n";

fn walked_on(major: u32) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for Walk { from, rows, to, next, number } in WALKS {
            let database = support::server(major).database("numbers");
            let owner = database.role("owner", "LOGIN");
            let admin = open(&database).await;
            let owns = format!("ALTER DATABASE \"{}\" OWNER TO \"{owner}\"", database.name);
            admin.batch_execute(&owns).await.unwrap();
            // Who owns the table is bound by its policies, where it is forced.
            let client = super::converge::open_url(&database.url_as(&owner)).await;
            converge(&client, from).await;
            client.batch_execute(rows).await.unwrap();
            converge(&client, to).await;
            let row = client.query_one(*next, &[]).await.unwrap();
            assert_eq!(row.get::<_, i64>(0), *number, "PostgreSQL {major}: {to}");
            converge(&client, from).await;
        }
        if major >= 17 {
            let database = support::server(major).database("numbers");
            let client = open(&database).await;
            converge(&client, COUNTED).await;
            client.batch_execute("INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES").await.unwrap();
            let comparison = converge(
                &client,
                &COUNTED.replace("range (id)", "list (id)").replace("from (0) to (10)", "in (1, 2, 3)"),
            )
            .await;
            let said = dbtool::render::script(&comparison);
            assert!(!said.contains("deletes_data"), "no row is lost: {said}");
            let row = client.query_one("INSERT INTO t DEFAULT VALUES RETURNING id", &[]).await.unwrap();
            assert_eq!(row.get::<_, i32>(0), 3);
        }
    });
}

#[test]
fn numbers_go_on_16() {
    walked_on(16);
}

#[test]
fn numbers_go_on_18() {
    walked_on(18);
}
