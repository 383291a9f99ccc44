-- rewrites_table: `t.id`: integer becomes uuid
-- may_fail: values that do not fit: `t.id`: integer becomes uuid
ALTER TABLE public.t ALTER COLUMN id TYPE uuid USING id::text::uuid;

ALTER TABLE public.t RENAME CONSTRAINT t_id_not_null TO t_id_not_null1;

-- breaks_code: code that inserts without `legacy_id`
-- may_fail: `t` has rows: they would need a value
ALTER TABLE public.t ADD COLUMN legacy_id integer CONSTRAINT t_id_not_null NOT NULL;
