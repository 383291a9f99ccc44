-- rewrites_table: `items.c0`: text becomes name
-- deletes_data: values are cut: `items.c0`: text becomes name
ALTER TABLE public.items ALTER COLUMN c0 TYPE name USING c0::name;

-- rewrites_table: `items.c1`: text becomes "char"
-- deletes_data: values are cut: `items.c1`: text becomes "char"
ALTER TABLE public.items ALTER COLUMN c1 TYPE "char" USING c1::"char";

-- rewrites_table: `items.c2`: timestamp without time zone becomes time without time zone
-- may_fail: values that do not fit: `items.c2`: timestamp without time zone becomes time without time zone
-- deletes_data: values are cut: `items.c2`: timestamp without time zone becomes time without time zone
ALTER TABLE public.items ALTER COLUMN c2 TYPE time without time zone;

-- rewrites_table: `items.c3`: timestamp with time zone becomes time without time zone
-- may_fail: values that do not fit: `items.c3`: timestamp with time zone becomes time without time zone
-- deletes_data: values are cut: `items.c3`: timestamp with time zone becomes time without time zone
ALTER TABLE public.items ALTER COLUMN c3 TYPE time without time zone;

-- rewrites_table: `items.c4`: time with time zone becomes time without time zone
-- may_fail: values that do not fit: `items.c4`: time with time zone becomes time without time zone
-- deletes_data: values are cut: `items.c4`: time with time zone becomes time without time zone
ALTER TABLE public.items ALTER COLUMN c4 TYPE time without time zone;

-- rewrites_table: `items.c5`: timestamp with time zone becomes date
-- may_fail: values that do not fit: `items.c5`: timestamp with time zone becomes date
-- deletes_data: values are cut: `items.c5`: timestamp with time zone becomes date
ALTER TABLE public.items ALTER COLUMN c5 TYPE date;

-- rewrites_table: `items.c6`: interval becomes interval day
-- deletes_data: values are cut: `items.c6`: interval becomes interval day
ALTER TABLE public.items ALTER COLUMN c6 TYPE interval day USING c6::text::interval day;

-- rewrites_table: `items.c7`: numeric becomes money
-- may_fail: values that do not fit: `items.c7`: numeric becomes money
-- deletes_data: values are cut: `items.c7`: numeric becomes money
ALTER TABLE public.items ALTER COLUMN c7 TYPE money;

-- rewrites_table: `items.c8`: numeric(8,2) becomes money
-- may_fail: values that do not fit: `items.c8`: numeric(8,2) becomes money
ALTER TABLE public.items ALTER COLUMN c8 TYPE money;

-- rewrites_table: `items.c9`: numeric[] becomes integer[]
-- may_fail: values that do not fit: `items.c9`: numeric[] becomes integer[]
-- deletes_data: values are cut: `items.c9`: numeric[] becomes integer[]
ALTER TABLE public.items ALTER COLUMN c9 TYPE integer[];

-- rewrites_table: `items.c10`: timestamp with time zone[] becomes date[]
-- may_fail: values that do not fit: `items.c10`: timestamp with time zone[] becomes date[]
-- deletes_data: values are cut: `items.c10`: timestamp with time zone[] becomes date[]
ALTER TABLE public.items ALTER COLUMN c10 TYPE date[];

-- rewrites_table: `items.c11`: double precision[] becomes real[]
-- may_fail: values that do not fit: `items.c11`: double precision[] becomes real[]
-- deletes_data: values are cut: `items.c11`: double precision[] becomes real[]
ALTER TABLE public.items ALTER COLUMN c11 TYPE real[];

-- rewrites_table: `items.c12`: numeric(10,3)[] becomes numeric(10,1)[]
-- may_fail: values that do not fit: `items.c12`: numeric(10,3)[] becomes numeric(10,1)[]
-- deletes_data: values are cut: `items.c12`: numeric(10,3)[] becomes numeric(10,1)[]
ALTER TABLE public.items ALTER COLUMN c12 TYPE numeric(10,1)[];

-- rewrites_table: `items.c13`: integer[] becomes bigint[]
-- may_fail: values that do not fit: `items.c13`: integer[] becomes bigint[]
ALTER TABLE public.items ALTER COLUMN c13 TYPE bigint[];
