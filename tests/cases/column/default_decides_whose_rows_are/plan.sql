-- weakens_access: `own` reads `tenant` of `notes`, which code that leaves it out no longer says
ALTER TABLE public.notes ALTER COLUMN tenant SET DEFAULT 'acme'::text;

-- weakens_access: `own` reads `published` of `notes`, which code that leaves it out no longer says
ALTER TABLE public.notes ALTER COLUMN published SET DEFAULT true;

ALTER TABLE public.notes ALTER COLUMN note SET DEFAULT 'none'::text;
