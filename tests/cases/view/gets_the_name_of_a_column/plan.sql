-- file 1 of 2: one transaction

-- breaks_code: `status` is called `state`
ALTER VIEW public.status RENAME TO state;

ALTER TABLE public.tenants ADD CONSTRAINT has_state CHECK (state IS NOT NULL) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `has_state`
ALTER TABLE public.tenants VALIDATE CONSTRAINT has_state;
