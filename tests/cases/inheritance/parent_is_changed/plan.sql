-- deletes_data: every value of `things.gone`
-- breaks_code: code that names `things.gone`
ALTER TABLE public.things DROP COLUMN gone;

-- deletes_data: every value of `things.kept`
-- breaks_code: code that names `things.kept`
ALTER TABLE public.things DROP COLUMN kept;

-- rewrites_table: `things.id`: integer becomes bigint
ALTER TABLE public.things ALTER COLUMN id TYPE bigint;

-- blocks_reads: every row of `things` is read
-- may_fail: rows where `name` is NULL
-- breaks_code: code that writes no `name`
ALTER TABLE public.things ALTER COLUMN name SET NOT NULL;

ALTER TABLE public.things ALTER COLUMN name SET DEFAULT 'c'::text;
ALTER TABLE public.things ADD COLUMN added date;
ALTER TABLE public.books ALTER COLUMN name SET DEFAULT 'b'::text;

-- blocks_reads: every row of `novels` is read
-- may_fail: rows where `added` is NULL
-- breaks_code: code that writes no `added`
ALTER TABLE public.novels ALTER COLUMN added SET NOT NULL;
