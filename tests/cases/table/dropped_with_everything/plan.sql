ALTER TABLE public.sessions DROP CONSTRAINT sessions_tenant_id_fkey;

-- deletes_data: every row of `sessions`
-- breaks_code: code that names `sessions`
DROP TABLE public.sessions;

-- deletes_data: every row of `tenants`
-- breaks_code: code that names `tenants`
DROP TABLE public.tenants;

-- breaks_code: calls of `tenant`
DROP FUNCTION public.tenant();

DROP TYPE "public"."mode";

-- deletes_data: the types, functions and operators of `vector`
DROP EXTENSION vector;
