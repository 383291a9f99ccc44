ALTER TABLE public.items ADD COLUMN name text DEFAULT 'new' NOT NULL;
COMMENT ON COLUMN public.items.name IS 'Shown';
ALTER TABLE public.items ADD COLUMN at timestamp with time zone DEFAULT now();

-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN key uuid DEFAULT gen_random_uuid();

ALTER TABLE public.items ADD COLUMN data jsonb DEFAULT '{}';
ALTER TABLE public.items ADD COLUMN rank integer DEFAULT 0;
ALTER TABLE public.items ADD COLUMN good boolean DEFAULT true;
ALTER TABLE public.items ADD COLUMN tags text[] DEFAULT '{}';
