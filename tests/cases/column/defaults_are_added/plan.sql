ALTER TABLE public.items ALTER COLUMN name SET DEFAULT 'it''s new'::text;
ALTER TABLE public.items ALTER COLUMN at SET DEFAULT now();
ALTER TABLE public.items ALTER COLUMN key SET DEFAULT gen_random_uuid();
ALTER TABLE public.items ALTER COLUMN data SET DEFAULT '{}'::jsonb;
ALTER TABLE public.items ALTER COLUMN rank SET DEFAULT '-1'::integer;
ALTER TABLE public.items ALTER COLUMN good SET DEFAULT true;
ALTER TABLE public.items ALTER COLUMN tags SET DEFAULT ARRAY['a'::text, 'b'::text];
ALTER TABLE public.items ALTER COLUMN price SET DEFAULT 0;
