-- deletes_data: every row of `notes`
-- breaks_code: code that names `notes`
DROP TABLE public.notes;

-- breaks_code: calls of `tenant`
DROP FUNCTION public.tenant();
