-- file 1 of 3: one transaction

-- deletes_data: every value of `things.gone`
ALTER TABLE public.things DROP COLUMN gone;

-- deletes_data: every value of `things.kept`
ALTER TABLE public.things DROP COLUMN kept;

-- rewrites_table: `things.id`: integer becomes bigint
ALTER TABLE public.things ALTER COLUMN id TYPE bigint;

ALTER TABLE public.things ALTER COLUMN name SET DEFAULT 'c'::text;
ALTER TABLE public.things ADD COLUMN added date;

-- may_fail: rows where `added` is NULL
ALTER TABLE public.novels ALTER COLUMN added SET NOT NULL;

-- file 2 of 3: no transaction

ALTER TABLE public.things ADD CONSTRAINT things_name_not_null NOT NULL name NOT VALID;

-- may_fail: rows where `name` is NULL
ALTER TABLE public.things VALIDATE CONSTRAINT things_name_not_null;

-- file 3 of 3: one transaction

ALTER TABLE public.books ALTER COLUMN name SET DEFAULT 'b'::text;
