-- rewrites_table: `items.c0`: text becomes numeric(6,2)
-- may_fail: values that do not fit: `items.c0`: text becomes numeric(6,2)
-- deletes_data: values are cut: `items.c0`: text becomes numeric(6,2)
ALTER TABLE public.items ALTER COLUMN c0 TYPE numeric(6,2) USING c0::numeric(6,2);

-- rewrites_table: `items.c1`: text becomes real
-- may_fail: values that do not fit: `items.c1`: text becomes real
-- deletes_data: values are cut: `items.c1`: text becomes real
ALTER TABLE public.items ALTER COLUMN c1 TYPE real USING c1::real;

-- rewrites_table: `items.c2`: character varying(40) becomes date
-- may_fail: values that do not fit: `items.c2`: character varying(40) becomes date
-- deletes_data: values are cut: `items.c2`: character varying(40) becomes date
ALTER TABLE public.items ALTER COLUMN c2 TYPE date USING c2::date;

-- rewrites_table: `items.c3`: text becomes timestamp without time zone
-- may_fail: values that do not fit: `items.c3`: text becomes timestamp without time zone
-- deletes_data: values are cut: `items.c3`: text becomes timestamp without time zone
ALTER TABLE public.items ALTER COLUMN c3 TYPE timestamp without time zone USING c3::timestamp without time zone;

-- rewrites_table: `items.c4`: text becomes timestamp with time zone
-- may_fail: values that do not fit: `items.c4`: text becomes timestamp with time zone
ALTER TABLE public.items ALTER COLUMN c4 TYPE timestamp with time zone USING c4::timestamp with time zone;

-- rewrites_table: `items.c5`: text becomes numeric
-- may_fail: values that do not fit: `items.c5`: text becomes numeric
ALTER TABLE public.items ALTER COLUMN c5 TYPE numeric USING c5::numeric;

-- rewrites_table: `items.c6`: text becomes integer
-- may_fail: values that do not fit: `items.c6`: text becomes integer
ALTER TABLE public.items ALTER COLUMN c6 TYPE integer USING c6::integer;

-- rewrites_table: `items.c7`: text becomes short
-- may_fail: values that do not fit: `items.c7`: text becomes short
-- deletes_data: values are cut: `items.c7`: text becomes short
ALTER TABLE public.items ALTER COLUMN c7 TYPE short USING c7::short;

-- rewrites_table: `items.c8`: jsonb becomes numeric(6,2)
-- may_fail: values that do not fit: `items.c8`: jsonb becomes numeric(6,2)
-- deletes_data: values are cut: `items.c8`: jsonb becomes numeric(6,2)
ALTER TABLE public.items ALTER COLUMN c8 TYPE numeric(6,2) USING c8::numeric(6,2);

-- rewrites_table: `items.c9`: text becomes character varying(3)
-- may_fail: values that do not fit: `items.c9`: text becomes character varying(3)
ALTER TABLE public.items ALTER COLUMN c9 TYPE character varying(3);
