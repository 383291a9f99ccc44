-- breaks_code: `tenant_id` is called `owner_id`
ALTER TABLE public.notes RENAME COLUMN tenant_id TO owner_id;
