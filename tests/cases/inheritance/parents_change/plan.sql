-- breaks_code: rows of `books` are no longer found in `things`
ALTER TABLE public.books NO INHERIT public.things;

ALTER TABLE public.books DROP CONSTRAINT things_name_check;

-- rewrites_table: `books.id`: integer becomes bigint
ALTER TABLE public.books ALTER COLUMN id TYPE bigint;

ALTER TABLE public.books ALTER COLUMN name DROP DEFAULT;
ALTER TABLE public.books ALTER COLUMN name DROP NOT NULL;

-- blocks_reads: every row of `letters` is checked
-- may_fail: rows that do not satisfy `things_name_check`
ALTER TABLE public.letters ADD CONSTRAINT things_name_check CHECK (name <> ''::text);

-- breaks_code: rows of `letters` are found in `things` too
ALTER TABLE public.letters INHERIT public.things;
