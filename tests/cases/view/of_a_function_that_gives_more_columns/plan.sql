-- breaks_code: columns of `all_ages` may go or change
DROP VIEW public.all_ages;

-- breaks_code: calls of `ages`
DROP FUNCTION public.ages();

CREATE FUNCTION public.ages()
RETURNS TABLE(age integer, name text)
LANGUAGE sql
AS $$SELECT 1, 'a'::text$$;

CREATE VIEW public.all_ages AS
SELECT * FROM ages();
