-- breaks_code: calls of `number`
DROP FUNCTION public.number();

-- rewrites_table: the rows of `ids` are computed again
DROP MATERIALIZED VIEW public.ids;

CREATE MATERIALIZED VIEW public.ids AS
SELECT id,
    title
   FROM notes;

CREATE FUNCTION public.number()
RETURNS bigint
LANGUAGE sql
BEGIN ATOMIC
 SELECT count(*) FROM ids;
END;
