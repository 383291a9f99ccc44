-- deletes_data: every value of `notes.tenant`
ALTER TABLE public.notes DROP COLUMN tenant;

DROP DOMAIN public.tenant;
CREATE SEQUENCE public.tenant;
