-- rewrites_table: `docs.title`: text becomes character varying(100)
-- may_fail: values that do not fit: `docs.title`: text becomes character varying(100)
ALTER TABLE public.docs ALTER COLUMN title TYPE character varying(100);
