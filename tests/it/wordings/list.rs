//! The wordings: the usual words of the schema, and what each of the others says instead.

/// Other words for some of the schema's texts.
pub struct Wording {
    /// What is peculiar to it.
    pub name: &'static str,
    /// Texts by their name in the templates.
    pub texts: &'static [(&'static str, &'static str)],
    /// What it replaces in the declaration itself.
    pub toml: &'static [(&'static str, &'static str)],
    /// What it replaces in the statements themselves.
    pub sql: &'static [(&'static str, &'static str)],
}

const fn words(name: &'static str, texts: &'static [(&'static str, &'static str)]) -> Wording {
    Wording { name, texts, toml: &[], sql: &[] }
}

pub const USUAL: Wording = words("the usual words", &[]);

/// The usual words.
pub const TEXTS: &[(&str, &str)] = &[
    ("slug type", "character varying(40)"),
    ("slug check", "VALUE ~ '^[a-z]+$'"),
    ("street type", "text"),
    ("number type", "integer"),
    ("tenant type", "uuid"),
    ("price type plain", "numeric"),
    ("by default", "1.5"),
    ("id type", "bigint"),
    ("serial type", "bigserial"),
    ("tenant default", "tenant()"),
    ("name type", "character varying(100)"),
    ("name default", "'none'"),
    ("kind check", "kind IN ('a', 'b')"),
    ("count check", "count >= 1 AND count <= 10"),
    ("name check", "name <> '' AND name NOT LIKE ' %'"),
    ("code check", "code IS NULL OR length(code) = 3"),
    ("code type", "character(3)"),
    ("count default", "1"),
    ("small type", "smallint"),
    ("price type", "numeric(10,2)"),
    ("price default", "0.00"),
    ("ratio type", "double precision"),
    ("flag type", "boolean"),
    ("flag default", "false"),
    ("at type", "timestamp with time zone"),
    ("at default", "now()"),
    ("until type", "date"),
    ("until default", "'2030-01-01'"),
    ("tags type", "text[]"),
    ("tags default", "'{}'"),
    ("mood type", "mood"),
    ("mood default", "'so so'"),
    ("place type", "place"),
    ("generated", "count * 2"),
    ("index expression", "lower(name)"),
    ("index predicate", "kind IN ('a', 'b') AND NOT gone"),
    ("policy using", "tenant_id = tenant() AND EXISTS (SELECT 1 FROM shops s WHERE s.id = shop_id)"),
    ("policy check", "tenant_id = tenant()"),
    ("trigger condition", "OLD.name IS DISTINCT FROM NEW.name"),
    ("view query", "SELECT i.id, i.price FROM items i WHERE i.price < 10 AND i.kind IN ('a', 'b')"),
];

pub const WORDINGS: &[Wording] = &[
    words(
        "lower case",
        &[
            ("kind check", "kind in ('a', 'b')"),
            ("count check", "count >= 1 and count <= 10"),
            ("name check", "name <> '' and name not like ' %'"),
            ("code check", "code is null or length(code) = 3"),
            ("index predicate", "kind in ('a', 'b') and not gone"),
            ("policy using", "tenant_id = tenant() and exists (select 1 from shops s where s.id = shop_id)"),
            ("trigger condition", "old.name is distinct from new.name"),
            ("view query", "select i.id, i.price from items i where i.price < 10 and i.kind in ('a', 'b')"),
        ],
    ),
    words(
        "upper case",
        &[
            ("id type", "BIGINT"),
            ("number type", "INTEGER"),
            ("name type", "CHARACTER VARYING(100)"),
            ("price type", "NUMERIC(10,2)"),
            ("kind check", "KIND IN ('a', 'b')"),
            ("name check", "NAME <> '' AND NAME NOT LIKE ' %'"),
            ("index expression", "LOWER(NAME)"),
            ("policy check", "TENANT_ID = TENANT()"),
            ("at default", "NOW()"),
            ("flag default", "FALSE"),
            ("mood type", "MOOD"),
            ("place type", "Place"),
        ],
    ),
    words(
        "blanks and line breaks",
        &[
            ("id type", " bigint "),
            ("name type", "character  varying ( 100 )"),
            ("price type", "numeric ( 10 , 2 )"),
            ("kind check", "\n    kind IN (\n        'a',\n        'b'\n    )\n"),
            ("count check", "count   >=   1\n\tAND\tcount <= 10"),
            (
                "policy using",
                "tenant_id = tenant ( )\n AND EXISTS (\n  SELECT 1\n  FROM shops s\n  WHERE s.id = shop_id\n )",
            ),
            ("index expression", "lower( name )"),
            (
                "view query",
                "\nSELECT\n    i.id,\n    i.price\nFROM items i\nWHERE i.price < 10\n  AND i.kind IN ('a', 'b')\n",
            ),
        ],
    ),
    words(
        "no blanks",
        &[
            ("kind check", "kind IN('a','b')"),
            ("count check", "count>=1 AND count<=10"),
            ("name check", "name<>''AND name NOT LIKE' %'"),
            ("code check", "code IS NULL OR length(code)=3"),
            ("policy using", "tenant_id=tenant()AND EXISTS(SELECT 1 FROM shops s WHERE s.id=shop_id)"),
            ("policy check", "tenant_id=tenant()"),
            ("generated", "count*2"),
            ("view query", "SELECT i.id,i.price FROM items i WHERE i.price<10 AND i.kind IN('a','b')"),
        ],
    ),
    words(
        "more parentheses than needed",
        &[
            ("kind check", "(kind IN (('a'), ('b')))"),
            ("count check", "((count) >= (1)) AND (((count <= 10)))"),
            ("name check", "(name <> ('')) AND (name NOT LIKE (' %'))"),
            ("code check", "((code IS NULL) OR ((length(code)) = 3))"),
            ("name default", "('none')"),
            ("generated", "((count) * (2))"),
            ("index expression", "(lower((name)))"),
            ("index predicate", "((kind IN ('a', 'b')) AND (NOT (gone)))"),
            ("policy check", "((tenant_id) = (tenant()))"),
            ("trigger condition", "(OLD.name) IS DISTINCT FROM (NEW.name)"),
        ],
    ),
    words(
        "comments to the end of the line",
        &[
            ("kind check", "kind -- what it is\nIN ('a', 'b') -- and nothing else\n"),
            ("count check", "-- not too many\ncount >= 1 AND count <= 10"),
            (
                "policy using",
                "tenant_id = tenant() -- whose\nAND EXISTS (SELECT 1 FROM shops s -- where\nWHERE s.id = shop_id)",
            ),
            (
                "view query",
                "-- for the front page\nSELECT i.id, i.price FROM items i WHERE i.price < 10 AND i.kind IN ('a', 'b')",
            ),
        ],
    ),
    words(
        "comments in between",
        &[
            ("kind check", "kind /* what /* it */ is */ IN ('a', 'b')"),
            ("count default", "/* one */ 1"),
            ("index expression", "lower(/* of the */ name)"),
            ("index predicate", "/* open */ kind IN ('a', 'b') AND NOT gone"),
            ("policy check", "tenant_id/**/=/**/tenant()"),
        ],
    ),
    words(
        "casts of what is of that type already",
        &[
            ("kind check", "kind IN ('a'::text, 'b'::text)"),
            ("count check", "count >= 1::integer AND count <= 10::int4"),
            ("name default", "'none'::character varying"),
            ("tags default", "'{}'::text[]"),
            ("mood default", "'so so'::mood"),
            ("until default", "'2030-01-01'::date"),
            ("tenant default", "tenant()::uuid"),
            ("index predicate", "kind::text IN ('a', 'b') AND NOT gone::boolean"),
            ("policy check", "tenant_id::uuid = tenant()::uuid"),
        ],
    ),
    words(
        "casts as calls and as typed literals",
        &[
            ("kind check", "kind IN (CAST('a' AS text), text 'b')"),
            ("until default", "date '2030-01-01'"),
            ("mood default", "CAST('so so' AS mood)"),
            ("tags default", "CAST('{}' AS text[])"),
            ("name default", "CAST('none' AS varchar)"),
            (
                "view query",
                "SELECT i.id, i.price FROM items i WHERE i.price < CAST(10 AS numeric) AND i.kind IN (text 'a', 'b')",
            ),
        ],
    ),
    words(
        "ANY of an array for IN",
        &[
            ("kind check", "kind = ANY (ARRAY['a', 'b'])"),
            ("index predicate", "kind = ANY (ARRAY['a', 'b']) AND NOT gone"),
            ("view query", "SELECT i.id, i.price FROM items i WHERE i.price < 10 AND i.kind = ANY (ARRAY['a', 'b'])"),
        ],
    ),
    words(
        "ANY as the server writes it",
        &[
            ("kind check", "(kind = ANY (ARRAY['a'::text, 'b'::text]))"),
            ("index predicate", "((kind = ANY (ARRAY['a'::text, 'b'::text])) AND (NOT gone))"),
            ("name check", "(((name)::text <> ''::text) AND ((name)::text !~~ ' %'::text))"),
            (
                "policy using",
                "((tenant_id = tenant()) AND (EXISTS ( SELECT 1 FROM shops s WHERE (s.id = items.shop_id))))",
            ),
        ],
    ),
    words(
        "some other ANY",
        &[
            ("kind check", "kind = SOME (ARRAY['a', 'b']::text[])"),
            ("index predicate", "kind = any(array['a'::text, 'b']) and not gone"),
        ],
    ),
    words("BETWEEN for two bounds", &[("count check", "count BETWEEN 1 AND 10")]),
    words("!= for <>", &[("name check", "name != '' AND name NOT LIKE ' %'")]),
    words(
        "operators for their words",
        &[("name check", "name <> '' AND name !~~ ' %'"), ("slug check", "VALUE OPERATOR(pg_catalog.~) '^[a-z]+$'")],
    ),
    words("varchar", &[("name type", "varchar(100)"), ("slug type", "varchar(40)"), ("code type", "char(3)")]),
    words("int8, int4, int2", &[("id type", "int8"), ("number type", "int4"), ("small type", "int2")]),
    words("int", &[("number type", "int")]),
    words(
        "decimal, bool, float8",
        &[
            ("price type", "decimal(10,2)"),
            ("price type plain", "decimal"),
            ("flag type", "bool"),
            ("ratio type", "float8"),
        ],
    ),
    words("dec and float", &[("price type", "dec(10, 2)"), ("ratio type", "float"), ("code type", "bpchar(3)")]),
    words("float with a precision, timestamptz", &[("ratio type", "float(53)"), ("at type", "timestamptz")]),
    words("character and nchar", &[("code type", "nchar(3)"), ("name type", "char varying(100)")]),
    words("an array by its word", &[("tags type", "text ARRAY")]),
    words("an array with a length", &[("tags type", "text[7]")]),
    words(
        "types of the catalog by their full names",
        &[
            ("number type", "pg_catalog.int4"),
            ("id type", "pg_catalog.int8"),
            ("tenant type", "pg_catalog.uuid"),
            ("street type", "pg_catalog.text"),
            ("at type", "pg_catalog.timestamptz"),
            ("tags type", "pg_catalog.text[]"),
        ],
    ),
    words(
        "the user's types by their full names",
        &[("mood type", "public.mood"), ("place type", "public.place"), ("mood default", "'so so'::public.mood")],
    ),
    words(
        "quoted names",
        &[
            ("kind check", "\"kind\" IN ('a', 'b')"),
            ("count check", "\"count\" >= 1 AND \"count\" <= 10"),
            ("index expression", "\"lower\"(\"name\")"),
            ("index predicate", "\"kind\" IN ('a', 'b') AND NOT \"gone\""),
            (
                "policy using",
                "\"tenant_id\" = \"tenant\"() AND EXISTS (SELECT 1 FROM \"shops\" \"s\" WHERE \"s\".\"id\" = \"shop_id\")",
            ),
            ("trigger condition", "OLD.\"name\" IS DISTINCT FROM NEW.\"name\""),
            ("mood type", "\"mood\""),
            (
                "view query",
                "SELECT \"i\".\"id\", \"i\".\"price\" FROM \"items\" \"i\" WHERE \"i\".\"price\" < 10 AND \"i\".\"kind\" IN ('a', 'b')",
            ),
        ],
    ),
    words(
        "names with their table",
        &[
            ("kind check", "items.kind IN ('a', 'b')"),
            ("count check", "items.count >= 1 AND items.count <= 10"),
            ("generated", "items.count * 2"),
            ("index expression", "lower(items.name)"),
            ("index predicate", "items.kind IN ('a', 'b') AND NOT items.gone"),
            (
                "policy using",
                "items.tenant_id = tenant() AND EXISTS (SELECT 1 FROM shops s WHERE s.id = items.shop_id)",
            ),
            ("policy check", "items.tenant_id = tenant()"),
        ],
    ),
    words(
        "names with their schema",
        &[
            ("tenant default", "public.tenant()"),
            (
                "policy using",
                "public.items.tenant_id = public.tenant() AND EXISTS (SELECT 1 FROM public.shops s WHERE s.id = shop_id)",
            ),
            ("policy check", "tenant_id = public.tenant()"),
            ("at default", "pg_catalog.now()"),
            ("index expression", "pg_catalog.lower(name)"),
            ("code check", "code IS NULL OR pg_catalog.length(code) = 3"),
            ("view query", "SELECT i.id, i.price FROM public.items i WHERE i.price < 10 AND i.kind IN ('a', 'b')"),
        ],
    ),
    words(
        "strings with escapes and dollars",
        &[
            ("kind check", "kind IN (E'a', $$b$$)"),
            ("name default", "$x$none$x$"),
            ("name check", "name <> E'' AND name NOT LIKE E'\\x20%'"),
            ("mood default", "U&'so\\0020so'"),
        ],
    ),
    words("ISNULL", &[("code check", "code ISNULL OR length(code) = 3")]),
    words(
        "AS and joins said in full",
        &[
            ("policy using", "tenant_id = tenant() AND EXISTS (SELECT 1 FROM shops AS s WHERE s.id = shop_id)"),
            (
                "view query",
                "SELECT i.id AS id, i.price AS price FROM items AS i WHERE i.price < 10 AND i.kind IN ('a', 'b');",
            ),
        ],
    ),
    Wording {
        name: "serial as what it stands for",
        texts: &[],
        toml: &[
            (
                "[table.shops]\n",
                "[sequence.items_id_seq]\ntype = \"bigint\"\nowned_by = \"items.id\"\n\n[table.shops]\n",
            ),
            (
                "id = { type = <<serial type>>, not_null = true }",
                "id = { type = \"bigint\", not_null = true, default = \"nextval('items_id_seq')\" }",
            ),
        ],
        sql: &[
            ("CREATE TABLE shops", "CREATE SEQUENCE items_id_seq;\nCREATE TABLE shops"),
            ("id <<serial type>> PRIMARY KEY", "id bigint PRIMARY KEY DEFAULT nextval('items_id_seq'::regclass)"),
            ("CREATE INDEX items_recent", "ALTER SEQUENCE items_id_seq OWNED BY items.id;\nCREATE INDEX items_recent"),
        ],
    },
    words("serial8", &[("serial type", "serial8")]),
    Wording {
        name: "keys and constraints beside their columns",
        texts: &[],
        toml: &[
            (
                "name = { type = \"text\", not_null = true, unique = true }",
                "name = { type = \"text\", not_null = true }",
            ),
            ("[table.shops]\nprimary_key = [\"id\"]\n", "[table.shops]\nunique.shops_name_key = [\"name\"]\n"),
            (
                "column.id = { type = <<id type>> }",
                "column.id = { type = <<id type>>, not_null = true, primary_key = true }",
            ),
            (", references = \"shops(id)\", on_delete = \"cascade\"", ""),
            (
                "[table.items.index.items_recent]",
                "[table.items.foreign_key.items_shop_id_fkey]\ncolumns = [\"shop_id\"]\n\
                 references = { table = \"shops\", columns = [\"id\"] }\non_delete = \"cascade\"\non_update = \"no action\"\n\n\
                 [table.items.index.items_recent]",
            ),
        ],
        sql: &[
            ("id <<id type>> PRIMARY KEY", "id <<id type>>"),
            ("name text NOT NULL UNIQUE\n", "name text NOT NULL, UNIQUE (name), PRIMARY KEY (id)\n"),
            (" REFERENCES shops (id) ON DELETE CASCADE", ""),
            (
                "CREATE INDEX items_recent",
                "ALTER TABLE items ADD FOREIGN KEY (shop_id) REFERENCES shops ON DELETE CASCADE;\nCREATE INDEX items_recent",
            ),
        ],
    },
    Wording {
        name: "a list of allowed values on the column",
        texts: &[],
        toml: &[
            ("check.items_kind_check = <<kind check>>\n", ""),
            ("kind = { type = \"text\" }", "kind = { type = \"text\", one_of = [\"a\", \"b\"] }"),
        ],
        sql: &[
            ("kind text,", "kind text CONSTRAINT items_kind_check CHECK (kind IN ('a', 'b')),"),
            ("    CONSTRAINT items_kind_check CHECK (<<kind check>>),\n", ""),
        ],
    },
    Wording {
        name: "the schema of every table said",
        texts: &[],
        toml: &[
            ("[table.shops]", "[table.\"public.shops\"]"),
            ("[table.items]", "[table.\"public.items\"]"),
            ("[table.items.", "[table.\"public.items\"."),
            ("references = \"shops(id)\"", "references = \"public.shops(id)\""),
            ("[view.cheap]", "[view.\"public.cheap\"]"),
            ("[enum.mood]", "[enum.\"public.mood\"]"),
            ("function = \"touch\"", "function = \"public.touch\""),
        ],
        sql: &[
            ("TABLE shops", "TABLE public.shops"),
            ("TABLE items", "TABLE public.items"),
            ("ON items", "ON public.items"),
            ("VIEW cheap", "VIEW public.cheap"),
            ("TYPE mood", "TYPE public.mood"),
            ("FUNCTION touch()", "FUNCTION public.touch()"),
        ],
    },
    Wording {
        name: "what is PostgreSQL's own choice said aloud",
        texts: &[],
        toml: &[
            (
                "[table.items.index.items_recent]\non = [{ column = \"made_at\", order = \"desc\" }]",
                "[table.items.index.items_recent]\nusing = \"btree\"\nunique = false\non = [{ column = \"made_at\", order = \"desc\", nulls = \"first\", opclass = \"timestamptz_ops\" }]",
            ),
            (
                "[table.items.policy.items_own]",
                "[table.items.policy.items_own]\nfor = \"all\"\nas = \"permissive\"\nto = [\"public\"]",
            ),
            (
                "language = \"plpgsql\"",
                "language = \"plpgsql\"\nvolatility = \"volatile\"\nstrict = false\nsecurity_definer = false\ncost = 100",
            ),
        ],
        sql: &[
            (
                "CREATE INDEX items_recent ON items (made_at DESC)",
                "CREATE INDEX items_recent ON items USING btree (made_at timestamptz_ops DESC NULLS FIRST)",
            ),
            ("CREATE POLICY items_own ON items", "CREATE POLICY items_own ON items AS PERMISSIVE FOR ALL TO PUBLIC"),
            ("LANGUAGE plpgsql AS", "LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT SECURITY INVOKER COST 100 AS"),
        ],
    },
    Wording {
        name: "languages and returns in capitals",
        texts: &[("tenant type", "UUID")],
        toml: &[
            ("returns = \"trigger\"", "returns = \"TRIGGER\""),
            ("language = \"plpgsql\"", "language = \"PLpgSQL\""),
            ("language = \"sql\"", "language = \"SQL\""),
        ],
        sql: &[
            ("RETURNS trigger LANGUAGE plpgsql", "RETURNS TRIGGER LANGUAGE PLpgSQL"),
            ("LANGUAGE sql", "LANGUAGE SQL"),
        ],
    },
];
