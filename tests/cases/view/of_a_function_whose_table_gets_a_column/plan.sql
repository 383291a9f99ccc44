-- breaks_code: columns of `two` may go or change
DROP VIEW public.two;

ALTER TABLE public.a ADD COLUMN z text;

CREATE OR REPLACE VIEW public.one AS
SELECT id,
    t
   FROM fa(1) fa;

CREATE VIEW public.two AS
SELECT f.id, f.z FROM fa(2) f;
