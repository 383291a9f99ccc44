DROP VIEW public.one;

-- breaks_code: calls of `fa`
DROP FUNCTION public.fa(integer);

-- deletes_data: every value of `a.z`
-- breaks_code: code that names `a.z`
ALTER TABLE public.a DROP COLUMN z;

CREATE FUNCTION public.fa(m integer)
RETURNS SETOF a
LANGUAGE sql STABLE
AS $$select id, t from a where id > m$$;

CREATE VIEW public.one AS
SELECT id,
    t
   FROM fa(1) fa;
