-- file 1 of 2: one transaction

-- breaks_code: `name` is called `title`
ALTER TABLE public.items RENAME COLUMN name TO title;

-- breaks_code: `items.title`: character varying(20) becomes text
ALTER TABLE public.items ALTER COLUMN title TYPE text;

ALTER TABLE public.items ALTER COLUMN title SET DEFAULT ''::text;
COMMENT ON COLUMN public.items.title IS 'Shown';

-- file 2 of 2: no transaction

-- breaks_code: code that writes no `title`
ALTER TABLE public.items ADD CONSTRAINT items_title_not_null NOT NULL title NOT VALID;

-- may_fail: rows where `title` is NULL
ALTER TABLE public.items VALIDATE CONSTRAINT items_title_not_null;
