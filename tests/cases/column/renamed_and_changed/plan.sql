-- breaks_code: `name` is called `title`
ALTER TABLE public.items RENAME COLUMN name TO title;

-- breaks_code: `items.title`: character varying(20) becomes text
ALTER TABLE public.items ALTER COLUMN title TYPE text;

-- may_fail: rows where `title` is NULL
ALTER TABLE public.items ALTER COLUMN title SET NOT NULL;

ALTER TABLE public.items ALTER COLUMN title SET DEFAULT ''::text;
COMMENT ON COLUMN public.items.title IS 'Shown';
