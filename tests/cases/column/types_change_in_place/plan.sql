-- blocks_reads: `items_code_check` is checked again
ALTER TABLE public.items ALTER COLUMN code TYPE character varying(40);

-- breaks_code: `items.name`: character varying(20) becomes text
ALTER TABLE public.items ALTER COLUMN name TYPE text;

-- breaks_code: `items.price`: numeric(10,2) becomes numeric(12,2)
ALTER TABLE public.items ALTER COLUMN price TYPE numeric(12,2);

-- breaks_code: `items.at`: timestamp(3) with time zone becomes timestamp with time zone
ALTER TABLE public.items ALTER COLUMN at TYPE timestamp with time zone;

-- breaks_code: `items.day`: time(0) without time zone becomes time(3) without time zone
ALTER TABLE public.items ALTER COLUMN day TYPE time(3) without time zone;

-- breaks_code: `items.net`: cidr becomes inet
ALTER TABLE public.items ALTER COLUMN net TYPE inet;

-- breaks_code: `items.bits`: bit varying(8) becomes bit varying
ALTER TABLE public.items ALTER COLUMN bits TYPE bit varying;

-- breaks_code: `items.title`: text becomes label
ALTER TABLE public.items ALTER COLUMN title TYPE label;

-- breaks_code: `items.note`: label becomes text
ALTER TABLE public.items ALTER COLUMN note TYPE text;

-- breaks_code: `items.rest`: short becomes text
ALTER TABLE public.items ALTER COLUMN rest TYPE text;
