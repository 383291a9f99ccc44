-- rewrites_table: `users.email`: text becomes character varying(200)
-- may_fail: values that do not fit: `users.email`: text becomes character varying(200)
ALTER TABLE public.users ALTER COLUMN email TYPE character varying(200);
