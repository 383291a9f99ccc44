//! Tables, and what belongs to them.

use super::Drift;

pub const ACCESS: &[Drift] = &[
    ("ALTER TABLE chunks NO FORCE ROW LEVEL SECURITY", &["~ row security of chunks: forced no -> yes"]),
    ("ALTER TABLE chunks DISABLE ROW LEVEL SECURITY", &["~ row security of chunks: enabled no -> yes"]),
    (
        "ALTER TABLE chunks DISABLE ROW LEVEL SECURITY; ALTER TABLE chunks NO FORCE ROW LEVEL SECURITY",
        &["+ row security of chunks: force"],
    ),
    ("ALTER TABLE tenants ENABLE ROW LEVEL SECURITY", &["- row security of tenants"]),
    ("ALTER TABLE tenants FORCE ROW LEVEL SECURITY", &["- row security of tenants"]),
    (
        "DROP POLICY chunks_fixed ON chunks; CREATE POLICY chunks_fixed ON chunks AS RESTRICTIVE FOR ALL \
         TO pg_read_all_data USING (plan <> 'pro') WITH CHECK (size IN (1, 2))",
        &["~ policy chunks_fixed on chunks: for all -> update"],
    ),
    (
        "DROP POLICY chunks_fixed ON chunks; CREATE POLICY chunks_fixed ON chunks FOR UPDATE TO pg_read_all_data \
         USING (plan <> 'pro') WITH CHECK (size IN (1, 2))",
        &["~ policy chunks_fixed on chunks: permissive yes -> no"],
    ),
    (
        "ALTER POLICY chunks_fixed ON chunks TO PUBLIC",
        &["~ policy chunks_fixed on chunks: to none -> [pg_read_all_data]"],
    ),
    (
        "ALTER POLICY chunks_own ON chunks TO pg_monitor, CURRENT_USER",
        &["~ policy chunks_own on chunks: to [pg_monitor, postgres] -> none"],
    ),
    (
        "ALTER POLICY chunks_own ON chunks USING (true)",
        &["~ policy chunks_own on chunks: using true -> tenant_id = tenant()"],
    ),
    (
        "ALTER POLICY chunks_own ON chunks WITH CHECK (tenant_id = tenant() OR size > 5)",
        &["~ policy chunks_own on chunks: check (tenant_id = tenant()) OR (size > 5) -> tenant_id = tenant()"],
    ),
    (
        "DROP POLICY chunks_own ON chunks; CREATE POLICY chunks_own ON chunks USING (tenant_id = tenant()); \
         COMMENT ON POLICY chunks_own ON chunks IS 'Only one''s own'",
        &["~ policy chunks_own on chunks: check none -> tenant_id = tenant()"],
    ),
    ("DROP POLICY chunks_own ON chunks", &["+ policy chunks_own on chunks"]),
    ("CREATE POLICY everybody ON chunks FOR SELECT USING (true)", &["- policy everybody on chunks"]),
    ("ALTER POLICY chunks_own ON chunks RENAME TO mine", &["~ policy mine on chunks: renamed to chunks_own"]),
    (
        "COMMENT ON POLICY chunks_own ON chunks IS NULL",
        &["~ policy chunks_own on chunks: comment none -> \"Only one's own\""],
    ),
];

pub const INDEXES: &[Drift] = &[
    (
        "DROP INDEX chunks_embedding_idx; CREATE INDEX chunks_embedding_idx ON chunks USING hnsw \
         (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 64)",
        &["~ index chunks_embedding_idx on chunks: with ef_construction 64 m 8 -> ef_construction 64 m 16"],
    ),
    (
        "ALTER INDEX chunks_embedding_idx RESET (m)",
        &["~ index chunks_embedding_idx on chunks: with ef_construction 64 -> ef_construction 64 m 16"],
    ),
    (
        "DROP INDEX chunks_embedding_idx; CREATE INDEX chunks_embedding_idx ON chunks USING hnsw \
         (embedding vector_l2_ops) WITH (m = 16, ef_construction = 64)",
        &["~ index chunks_embedding_idx on chunks: keys [on column embedding opclass vector_l2_ops] -> \
           [on column embedding opclass vector_cosine_ops]"],
    ),
    (
        "DROP INDEX chunks_recent_idx; CREATE INDEX chunks_recent_idx ON chunks \
         (tenant_id, created_at DESC NULLS LAST) INCLUDE (size) WHERE title <> 'old'; \
         COMMENT ON INDEX chunks_recent_idx IS 'The list''s'",
        &["~ index chunks_recent_idx on chunks: where title <> 'old'::text -> title <> 'draft'::text"],
    ),
    (
        "DROP INDEX chunks_recent_idx; CREATE INDEX chunks_recent_idx ON chunks \
         (tenant_id, created_at DESC) INCLUDE (size) WHERE title <> 'draft'; \
         COMMENT ON INDEX chunks_recent_idx IS 'The list''s'",
        &["~ index chunks_recent_idx on chunks: keys [on column tenant_id, descending yes nulls_first yes on \
           column created_at] -> [on column tenant_id, descending yes on column created_at]"],
    ),
    (
        "DROP INDEX chunks_recent_idx; CREATE INDEX chunks_recent_idx ON chunks \
         (tenant_id, created_at) INCLUDE (size) WHERE title <> 'draft'; \
         COMMENT ON INDEX chunks_recent_idx IS 'The list''s'",
        &["~ index chunks_recent_idx on chunks: keys [on column tenant_id, on column created_at] -> \
           [on column tenant_id, descending yes on column created_at]"],
    ),
    (
        "DROP INDEX chunks_recent_idx; CREATE INDEX chunks_recent_idx ON chunks \
         (tenant_id, created_at DESC NULLS LAST) INCLUDE (plan) WHERE title <> 'draft'; \
         COMMENT ON INDEX chunks_recent_idx IS 'The list''s'",
        &["~ index chunks_recent_idx on chunks: include [plan] -> [size]"],
    ),
    (
        "DROP INDEX chunks_lower_idx; CREATE UNIQUE INDEX chunks_lower_idx ON chunks (lower(title)) \
         NULLS NOT DISTINCT",
        &["~ index chunks_lower_idx on chunks: nulls not distinct yes -> no"],
    ),
    (
        "DROP INDEX chunks_lower_idx; CREATE INDEX chunks_lower_idx ON chunks (upper(title))",
        &["~ index chunks_lower_idx on chunks: keys [collation pg_catalog.\"C\" on expression upper(title)] -> \
           [collation pg_catalog.\"C\" on expression lower(title)], unique no -> yes"],
    ),
    (
        "ALTER INDEX chunks_lower_idx SET (fillfactor = 50)",
        &["~ index chunks_lower_idx on chunks: with fillfactor 50 -> none"],
    ),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'chunks_lower_idx'::regclass",
        &["~ index chunks_lower_idx on chunks: valid no -> yes"],
    ),
    ("DROP INDEX chunks_recent_idx", &["+ index chunks_recent_idx on chunks"]),
    ("CREATE INDEX stray ON chunks USING hash (title)", &["- index stray on chunks"]),
    ("ALTER INDEX chunks_recent_idx RENAME TO stray", &["~ index stray on chunks: renamed to chunks_recent_idx"]),
    (
        "COMMENT ON INDEX chunks_recent_idx IS 'Mine'",
        &["~ index chunks_recent_idx on chunks: comment \"Mine\" -> \"The list's\""],
    ),
];

pub const CONSTRAINTS: &[Drift] = &[
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_size_range; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_range CHECK (size BETWEEN 1 AND 200)",
        &["~ check chunks_size_range on chunks: expression (size >= 1) AND (size <= 200) -> \
           (size >= 1) AND (size <= 100)"],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_size_range; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_range CHECK (size BETWEEN 1 AND 100) NOT VALID",
        &["~ check chunks_size_range on chunks: validated no -> yes"],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_size_range; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_size_range CHECK (size BETWEEN 1 AND 100) NO INHERIT",
        &["~ check chunks_size_range on chunks: no inherit yes -> no"],
    ),
    ("ALTER TABLE chunks DROP CONSTRAINT chunks_size_range", &["+ check chunks_size_range on chunks"]),
    ("ALTER TABLE chunks ADD CONSTRAINT stray CHECK (size > 0)", &["- check stray on chunks"]),
    (
        "COMMENT ON CONSTRAINT chunks_title_filled ON chunks IS NULL",
        &["~ check chunks_title_filled on chunks: comment none -> \"Empty titles are no titles\""],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_tenant_fk; ALTER TABLE chunks ADD CONSTRAINT chunks_tenant_fk \
         FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE RESTRICT; \
         COMMENT ON CONSTRAINT chunks_tenant_fk ON chunks IS 'Goes with its tenant'",
        &["~ foreign key chunks_tenant_fk on chunks: on delete restrict -> cascade"],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_tenant_fk; ALTER TABLE chunks ADD CONSTRAINT chunks_tenant_fk \
         FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE ON UPDATE CASCADE NOT VALID; \
         COMMENT ON CONSTRAINT chunks_tenant_fk ON chunks IS 'Goes with its tenant'",
        &["~ foreign key chunks_tenant_fk on chunks: on update cascade -> no_action, validated no -> yes"],
    ),
    (
        "ALTER TABLE chunks ALTER CONSTRAINT chunks_parent_fk DEFERRABLE INITIALLY IMMEDIATE",
        &["~ foreign key chunks_parent_fk on chunks: deferral immediate -> deferred"],
    ),
    (
        "ALTER TABLE chunks ALTER CONSTRAINT chunks_tenant_fk DEFERRABLE",
        &["~ foreign key chunks_tenant_fk on chunks: deferral immediate -> not_deferrable"],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_title_key; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_title_key UNIQUE (title, tenant_id) DEFERRABLE",
        &["~ unique chunks_title_key on chunks: columns [title, tenant_id] -> [tenant_id, title]"],
    ),
    (
        "ALTER TABLE chunks DROP CONSTRAINT chunks_title_key; \
         ALTER TABLE chunks ADD CONSTRAINT chunks_title_key UNIQUE (tenant_id, title)",
        &["~ unique chunks_title_key on chunks: deferral not_deferrable -> immediate"],
    ),
    (
        "ALTER TABLE chunks RENAME CONSTRAINT chunks_title_key TO stray",
        &["~ unique stray on chunks: renamed to chunks_title_key"],
    ),
];

pub const COLUMNS: &[Drift] = &[
    ("ALTER TABLE chunks ALTER size SET DEFAULT 2", &["~ column chunks.size: default 2 -> 1"]),
    ("ALTER TABLE chunks ALTER size DROP DEFAULT", &["~ column chunks.size: default none -> 1"]),
    ("ALTER TABLE chunks ALTER price SET DEFAULT 0", &["~ column chunks.price: default 0 -> none"]),
    (
        "ALTER TABLE chunks ALTER embedding TYPE vector(1536)",
        &["~ column chunks.embedding: type vector(1536) -> vector(1024)"],
    ),
    (
        "ALTER TABLE chunks ALTER price TYPE numeric(12,2)",
        &["~ column chunks.price: type numeric(12,2) -> numeric(10,2)"],
    ),
    ("ALTER TABLE chunks ALTER size DROP NOT NULL", &["~ column chunks.size: not null no -> yes"]),
    ("ALTER TABLE chunks ALTER price SET NOT NULL", &["~ column chunks.price: not null yes -> no"]),
    (
        "ALTER TABLE chunks ALTER title TYPE text COLLATE \"POSIX\"",
        &[
            "~ column chunks.title: collation pg_catalog.\"POSIX\" -> pg_catalog.\"C\"",
            "~ index chunks_lower_idx on chunks: keys [collation pg_catalog.\"POSIX\" on expression lower(title)] -> \
             [collation pg_catalog.\"C\" on expression lower(title)]",
        ],
    ),
    (
        "ALTER TABLE chunks ALTER id SET GENERATED BY DEFAULT",
        &["~ column chunks.id: identity generated by_default start 100 -> generated always start 100"],
    ),
    (
        "ALTER TABLE chunks ALTER id SET INCREMENT BY 5 SET CYCLE",
        &[
            "~ column chunks.id: identity cycle yes generated always increment 5 start 100 -> generated always start 100",
        ],
    ),
    (
        "ALTER SEQUENCE chunks_id_seq AS integer",
        &["~ column chunks.id: identity generated always start 100 type integer -> generated always start 100"],
    ),
    (
        "ALTER SEQUENCE chunks_id_seq AS integer MAXVALUE 5000",
        &[
            "~ column chunks.id: identity generated always max 5000 start 100 type integer -> generated always start 100",
        ],
    ),
    ("ALTER TABLE chunks ALTER id DROP IDENTITY", &["~ column chunks.id: identity none -> generated always start 100"]),
    (
        "ALTER TABLE chunks DROP twice; ALTER TABLE chunks ADD twice int GENERATED ALWAYS AS (size * 3) STORED",
        &["~ column chunks.twice: generated expression size * 3 stored yes -> expression size * 2 stored yes"],
    ),
    (
        "ALTER TABLE chunks ALTER twice DROP EXPRESSION",
        &["~ column chunks.twice: generated none -> expression size * 2 stored yes"],
    ),
    ("ALTER TABLE chunks ADD stray text", &["- column chunks.stray"]),
    ("ALTER TABLE chunks DROP price", &["+ column chunks.price: numeric(10,2)"]),
    ("COMMENT ON COLUMN chunks.size IS 'In words'", &["~ column chunks.size: comment \"In words\" -> none"]),
];

pub const UPKEEP: &[Drift] = &[
    ("ALTER TABLE chunks ALTER title SET STORAGE EXTERNAL", &["~ column chunks.title: storage external -> none"]),
    ("ALTER TABLE heir ALTER more SET STORAGE MAIN", &["~ column heir.more: storage main -> external"]),
    ("ALTER TABLE chunks ALTER title SET COMPRESSION pglz", &["~ column chunks.title: compression pglz -> none"]),
    ("ALTER TABLE chunks ALTER title SET STATISTICS 0", &["~ column chunks.title: statistics 0 -> none"]),
    ("ALTER TABLE heir ALTER more SET STATISTICS -1", &["~ column heir.more: statistics none -> 5"]),
    ("ALTER TABLE chunks ALTER title SET (n_distinct = 3)", &["~ column chunks.title: options n_distinct 3 -> none"]),
    ("ALTER TABLE chunks REPLICA IDENTITY FULL", &["- replica identity of chunks"]),
    ("ALTER TABLE base REPLICA IDENTITY NOTHING", &["~ replica identity of base: by nothing -> index base_id_idx"]),
    ("ALTER TABLE base REPLICA IDENTITY DEFAULT", &["+ replica identity of base"]),
    ("ALTER TABLE chunks CLUSTER ON chunks_pkey", &["- cluster of chunks"]),
    ("ALTER TABLE base SET WITHOUT CLUSTER", &["+ cluster of base"]),
    ("DROP INDEX base_id_idx", &["+ index base_id_idx on base", "+ replica identity of base", "+ cluster of base"]),
    (
        "CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE papers SET ACCESS METHOD other",
        &["~ table papers: access method other -> none"],
    ),
];

pub const CHILDREN: &[Drift] = &[
    ("ALTER TABLE spread DETACH PARTITION spread_1", &["+ partition bound of spread_1"]),
    (
        "ALTER TABLE spread DETACH PARTITION spread_1; ALTER TABLE spread ATTACH PARTITION spread_1 FOR VALUES FROM (1) TO (9)",
        &["~ partition bound of spread_1: values FROM (1) TO (9) -> FROM (1) TO (10)"],
    ),
    ("CREATE TABLE spread_3 PARTITION OF spread DEFAULT", &["- table spread_3: 2 columns"]),
    ("DROP TABLE spread_2", &["+ table spread_2: 2 columns", "+ partition bound of spread_2"]),
    ("ALTER TABLE spread_1 ALTER word SET DEFAULT 'c'", &["~ column spread_1.word: default 'c'::text -> 'a'::text"]),
    ("ALTER TABLE spread_2 ALTER word SET NOT NULL", &["~ column spread_2.word: not null yes -> no"]),
    (
        "ALTER TABLE spread ALTER word SET DEFAULT 'c'",
        &[
            "~ column spread.word: default 'c'::text -> 'a'::text",
            "~ column spread_1.word: default 'c'::text -> 'a'::text",
            "~ column spread_2.word: default 'c'::text -> 'b'::text",
        ],
    ),
    ("CREATE INDEX stray ON ONLY spread (id)", &["- index stray on spread"]),
    ("CREATE INDEX stray ON spread (id)", &["- index stray on spread"]),
    ("ALTER TABLE heir NO INHERIT base", &["+ inheritance of heir"]),
    ("ALTER TABLE heir ALTER id SET DEFAULT 1", &["~ column heir.id: default 1 -> none"]),
    ("CREATE TABLE stray () INHERITS (base)", &["- table stray: 1 column"]),
];

pub const OTHERS: &[Drift] = &[
    ("ALTER TABLE chunks SET (fillfactor = 80)", &["~ table chunks: with fillfactor 80 -> fillfactor 90"]),
    ("ALTER TABLE chunks SET UNLOGGED", &["~ table chunks: unlogged yes -> no"]),
    ("COMMENT ON TABLE chunks IS 'Pieces'", &["~ table chunks: comment \"Pieces\" -> \"Pieces of documents\""]),
    ("CREATE TABLE stray (a int PRIMARY KEY, b text UNIQUE)", &["- table stray: 2 columns"]),
    ("ALTER TYPE plan ADD VALUE 'team' BEFORE 'pro'", &["~ enum plan: values [free, team, pro] -> [free, pro]"]),
    (
        "CREATE OR REPLACE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE AS $$SELECT NULL::uuid$$",
        &["~ function tenant(): body SELECT NULL::uuid -> \
           SELECT NULLIF(current_setting('app.tenant', true), '')::uuid"],
    ),
    ("ALTER FUNCTION tenant() VOLATILE", &["~ function tenant(): volatility volatile -> stable"]),
    ("ALTER FUNCTION tenant() SECURITY DEFINER", &["~ function tenant(): security definer yes -> no"]),
    (
        "COMMENT ON FUNCTION tenant() IS NULL",
        &["~ function tenant(): comment none -> \"Whose rows this session may see\""],
    ),
    ("CREATE FUNCTION stray(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", &["- function stray(integer)"]),
    ("CREATE SCHEMA stray", &["- schema stray"]),
];
