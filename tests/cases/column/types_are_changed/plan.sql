-- rewrites_table: `items.c0`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN c0 TYPE bigint;

-- rewrites_table: `items.c1`: text becomes uuid
-- may_fail: values that do not fit: `items.c1`: text becomes uuid
ALTER TABLE public.items ALTER COLUMN c1 TYPE uuid USING c1::uuid;

-- breaks_code: `items.c2`: character varying(20) becomes character varying(40)
ALTER TABLE public.items ALTER COLUMN c2 TYPE character varying(40);

-- rewrites_table: `items.c3`: character varying(40) becomes character varying(20)
-- may_fail: values that do not fit: `items.c3`: character varying(40) becomes character varying(20)
ALTER TABLE public.items ALTER COLUMN c3 TYPE character varying(20);

-- breaks_code: `items.c4`: character varying(20) becomes text
ALTER TABLE public.items ALTER COLUMN c4 TYPE text;

-- rewrites_table: `items.c5`: text becomes character varying(20)
-- may_fail: values that do not fit: `items.c5`: text becomes character varying(20)
ALTER TABLE public.items ALTER COLUMN c5 TYPE character varying(20);

-- breaks_code: `items.c6`: numeric(10,2) becomes numeric(12,2)
ALTER TABLE public.items ALTER COLUMN c6 TYPE numeric(12,2);

-- rewrites_table: `items.c7`: numeric(10,2) becomes numeric(10,4)
-- may_fail: values that do not fit: `items.c7`: numeric(10,2) becomes numeric(10,4)
ALTER TABLE public.items ALTER COLUMN c7 TYPE numeric(10,4);

-- rewrites_table: `items.c8`: bigint becomes integer
-- may_fail: values that do not fit: `items.c8`: bigint becomes integer
ALTER TABLE public.items ALTER COLUMN c8 TYPE integer;

-- rewrites_table: `items.c9`: text[] becomes character varying(20)[]
-- may_fail: values that do not fit: `items.c9`: text[] becomes character varying(20)[]
ALTER TABLE public.items ALTER COLUMN c9 TYPE character varying(20)[];

-- rewrites_table: `items.c10`: timestamp without time zone becomes timestamp with time zone
-- may_fail: values that do not fit: `items.c10`: timestamp without time zone becomes timestamp with time zone
ALTER TABLE public.items ALTER COLUMN c10 TYPE timestamp with time zone;

-- rewrites_table: `items.c11`: json becomes jsonb
-- may_fail: values that do not fit: `items.c11`: json becomes jsonb
-- deletes_data: values are cut: `items.c11`: json becomes jsonb
ALTER TABLE public.items ALTER COLUMN c11 TYPE jsonb;

-- rewrites_table: `items.c12`: text becomes text[]
-- may_fail: values that do not fit: `items.c12`: text becomes text[]
ALTER TABLE public.items ALTER COLUMN c12 TYPE text[] USING c12::text[];

-- rewrites_table: `items.c13`: boolean becomes integer
-- may_fail: values that do not fit: `items.c13`: boolean becomes integer
ALTER TABLE public.items ALTER COLUMN c13 TYPE integer USING c13::integer;

-- rewrites_table: `items.c14`: integer becomes boolean
-- may_fail: values that do not fit: `items.c14`: integer becomes boolean
ALTER TABLE public.items ALTER COLUMN c14 TYPE boolean USING c14::boolean;

-- rewrites_table: `items.c15`: date becomes text
ALTER TABLE public.items ALTER COLUMN c15 TYPE text;

-- breaks_code: `items.c16`: timestamp(3) with time zone becomes timestamp with time zone
ALTER TABLE public.items ALTER COLUMN c16 TYPE timestamp with time zone;

-- rewrites_table: `items.c17`: double precision becomes integer
-- may_fail: values that do not fit: `items.c17`: double precision becomes integer
-- deletes_data: values are cut: `items.c17`: double precision becomes integer
ALTER TABLE public.items ALTER COLUMN c17 TYPE integer;
