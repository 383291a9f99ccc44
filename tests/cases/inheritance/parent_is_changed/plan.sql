-- deletes_data: every value of `things.gone`
ALTER TABLE public.things DROP COLUMN gone;

-- deletes_data: every value of `things.kept`
ALTER TABLE public.things DROP COLUMN kept;

-- rewrites_table: `things.id`: integer becomes bigint
ALTER TABLE public.things ALTER COLUMN id TYPE bigint;

-- blocks_writes: readers and writers wait while every row is read
-- may_fail: rows where `name` is NULL
ALTER TABLE public.things ALTER COLUMN name SET NOT NULL;

ALTER TABLE public.things ALTER COLUMN name SET DEFAULT 'c'::text;
ALTER TABLE public.things ADD COLUMN added date;
ALTER TABLE public.books ALTER COLUMN name SET DEFAULT 'b'::text;

-- blocks_writes: readers and writers wait while every row is read
-- may_fail: rows where `added` is NULL
ALTER TABLE public.novels ALTER COLUMN added SET NOT NULL;
