-- rewrites_table: `items.name`: text becomes character varying(50)
-- may_fail: values that do not fit: `items.name`: text becomes character varying(50)
ALTER TABLE public.items ALTER COLUMN name TYPE character varying(50) COLLATE pg_catalog."POSIX";
