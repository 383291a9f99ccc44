ALTER TABLE public.items ALTER COLUMN c0 DROP DEFAULT;

-- rewrites_table: `items.c0`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN c0 TYPE bigint;

ALTER TABLE public.items ALTER COLUMN c0 SET DEFAULT 1;
ALTER TABLE public.items ALTER COLUMN c1 DROP DEFAULT;

-- rewrites_table: `items.c1`: text becomes character varying(9)
-- may_fail: values that do not fit: `items.c1`: text becomes character varying(9)
ALTER TABLE public.items ALTER COLUMN c1 TYPE character varying(9);

ALTER TABLE public.items ALTER COLUMN c1 SET DEFAULT 'a'::character varying;
ALTER TABLE public.items ALTER COLUMN c2 DROP DEFAULT;

-- rewrites_table: `items.c2`: text becomes integer
-- may_fail: values that do not fit: `items.c2`: text becomes integer
ALTER TABLE public.items ALTER COLUMN c2 TYPE integer USING c2::integer;

ALTER TABLE public.items ALTER COLUMN c2 SET DEFAULT 1;
ALTER TABLE public.items ALTER COLUMN c3 DROP DEFAULT;

-- rewrites_table: `items.c3`: integer becomes text
ALTER TABLE public.items ALTER COLUMN c3 TYPE text;

ALTER TABLE public.items ALTER COLUMN c3 SET DEFAULT '1'::text;
ALTER TABLE public.items ALTER COLUMN c4 DROP DEFAULT;

-- rewrites_table: `items.c4`: json becomes jsonb
-- may_fail: values that do not fit: `items.c4`: json becomes jsonb
-- deletes_data: values are cut: `items.c4`: json becomes jsonb
ALTER TABLE public.items ALTER COLUMN c4 TYPE jsonb;

ALTER TABLE public.items ALTER COLUMN c4 SET DEFAULT '{}'::jsonb;
ALTER TABLE public.items ALTER COLUMN c5 DROP DEFAULT;

-- rewrites_table: `items.c5`: text[] becomes integer[]
-- may_fail: values that do not fit: `items.c5`: text[] becomes integer[]
ALTER TABLE public.items ALTER COLUMN c5 TYPE integer[] USING c5::integer[];

ALTER TABLE public.items ALTER COLUMN c5 SET DEFAULT '{}'::integer[];
ALTER TABLE public.items ALTER COLUMN c6 DROP DEFAULT;

-- rewrites_table: `items.c6`: boolean becomes text
ALTER TABLE public.items ALTER COLUMN c6 TYPE text;

ALTER TABLE public.items ALTER COLUMN c6 SET DEFAULT 'yes'::text;
