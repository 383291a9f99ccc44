ALTER TABLE public.notes DROP CONSTRAINT notes_tenants;

-- breaks_code: `tenants.code`: character varying(40) becomes text
ALTER TABLE public.tenants ALTER COLUMN code TYPE text;

-- blocks_writes: writers of both tables wait while `notes` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.notes ADD CONSTRAINT notes_tenants FOREIGN KEY (kind, code) REFERENCES public.tenants (kind, code);
