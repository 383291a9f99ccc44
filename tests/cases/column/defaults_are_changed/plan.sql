ALTER TABLE public.items ALTER COLUMN name SET DEFAULT upper('x'::text);
ALTER TABLE public.items ALTER COLUMN at SET DEFAULT (now() + '1 day'::interval);
ALTER TABLE public.items ALTER COLUMN key SET DEFAULT '00000000-0000-0000-0000-000000000000'::uuid;
ALTER TABLE public.items ALTER COLUMN data SET DEFAULT '{"a": [1]}'::jsonb;
ALTER TABLE public.items ALTER COLUMN rank SET DEFAULT (1 + 2);
ALTER TABLE public.items ALTER COLUMN good SET DEFAULT false;
ALTER TABLE public.items ALTER COLUMN tags SET DEFAULT '{}'::text[];
ALTER TABLE public.items ALTER COLUMN price SET DEFAULT 9.5;
