-- deletes_data: every value of `notes.gone`
-- breaks_code: code that names `notes.gone`
ALTER TABLE public.notes DROP COLUMN gone;

-- blocks_reads: every row of `notes` is read
-- may_fail: rows where `text` is NULL
-- breaks_code: code that writes no `text`
ALTER TABLE public.notes ALTER COLUMN text SET NOT NULL;

ALTER TABLE public.notes ALTER COLUMN text SET DEFAULT 'c'::character varying;
ALTER TABLE public.notes ALTER COLUMN text SET STORAGE EXTERNAL, ALTER COLUMN text SET STATISTICS 50;

-- rewrites_table: `notes.size`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN size TYPE bigint;

ALTER TABLE public.notes ALTER COLUMN size SET DEFAULT 7;
ALTER TABLE public.notes ADD COLUMN added text DEFAULT 'x' NOT NULL;
ALTER TABLE public.notes ALTER COLUMN added SET COMPRESSION pglz;
ALTER TABLE public.notes_0 ALTER COLUMN size SET DEFAULT 1;
ALTER TABLE public.notes_0 ALTER COLUMN added SET DEFAULT 'y';
ALTER TABLE public.notes_0 ALTER COLUMN added SET COMPRESSION pglz;
ALTER TABLE public.notes_1 ALTER COLUMN added SET COMPRESSION pglz;
ALTER TABLE public.notes_0_rest ALTER COLUMN text SET DEFAULT 'b'::character varying;
ALTER TABLE public.notes_0_rest ALTER COLUMN text SET STATISTICS -1;
ALTER TABLE public.notes_0_rest ALTER COLUMN added DROP DEFAULT;
ALTER TABLE public.notes_0_rest ALTER COLUMN added SET COMPRESSION pglz;
