//! A few rows in every table that takes some, so that what fills, checks or converts rows has some to work on.

use dbtool::database::Database;

/// Tries a few rows in each table: some value of each type, or what the table gives by itself. What is refused is passed
/// over; so is all of it where a constraint refuses it at the end.
const PLANT: &str = r#"DO $plant$
DECLARE t regclass; names text; given text; n int;
BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p') AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema' ORDER BY c.oid
    LOOP
        FOR n IN 1..5 LOOP
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), string_agg(CASE
                     WHEN e.label IS NOT NULL THEN quote_literal(e.label)
                     WHEN b.typcategory IN ('N', 'S') THEN quote_literal(n)
                     WHEN b.typcategory = 'B' THEN 'true'
                     WHEN b.typcategory = 'D' AND b.typname LIKE 'time%' AND b.typname NOT LIKE 'timestamp%' THEN quote_literal('0' || n || ':00')
                     WHEN b.typcategory = 'D' THEN quote_literal('2024-01-0' || n)
                     WHEN b.typcategory = 'T' THEN quote_literal(n || ' days')
                     WHEN b.typcategory = 'I' THEN quote_literal('10.0.0.' || n)
                     WHEN b.typcategory = 'A' THEN quote_literal('{}')
                     WHEN b.typcategory = 'R' THEN quote_literal('empty')
                     WHEN b.typname = 'uuid' THEN 'gen_random_uuid()'
                     WHEN b.typname IN ('json', 'jsonb') THEN quote_literal('{}')
                     WHEN b.typname = 'bytea' THEN quote_literal('\x0' || n)
                     ELSE 'NULL' END, ', ' ORDER BY a.attnum)
              INTO names, given
              FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
              JOIN pg_type b ON b.oid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END
              LEFT JOIN LATERAL (SELECT enumlabel AS label FROM pg_enum WHERE enumtypid = b.oid ORDER BY enumsortorder LIMIT 1) e ON true
             WHERE a.attrelid = t AND a.attnum > 0 AND NOT a.attisdropped AND NOT a.atthasdef AND a.attidentity = '';
            BEGIN
                EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', t, names, given);
            EXCEPTION WHEN OTHERS THEN
                BEGIN
                    EXECUTE format('INSERT INTO %s DEFAULT VALUES', t);
                EXCEPTION WHEN OTHERS THEN
                END;
            END;
        END LOOP;
    END LOOP;
END $plant$"#;

/// How many tables there are, and how many took rows, as far as their size tells.
const COUNT: &str = "SELECT count(*), count(*) FILTER (WHERE pg_relation_size(c.oid) > 0) \
      FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace \
     WHERE c.relkind = 'r' AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'";

/// Plants what it can; says how many tables there are, and how many have rows then.
pub async fn plant(database: &Database) -> [usize; 2] {
    let sql = format!("SET client_min_messages = error; {PLANT}; RESET client_min_messages");
    if database.batch_execute(&sql).await.is_err() {
        database.batch_execute("RESET client_min_messages").await.unwrap();
    }
    let row = database.query_one(COUNT, &[]).await.unwrap();
    [0, 1].map(|at| usize::try_from(row.get::<_, i64>(at)).unwrap())
}
