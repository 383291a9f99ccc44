-- deletes_data: every value of `notes.tenant`
-- breaks_code: code that names `notes.tenant`
ALTER TABLE public.notes DROP COLUMN tenant;

DROP DOMAIN public.tenant;
CREATE SEQUENCE public.tenant;
