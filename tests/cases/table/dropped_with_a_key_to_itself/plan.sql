-- deletes_data: every row of `folders`
-- breaks_code: code that names `folders`
DROP TABLE public.folders;
