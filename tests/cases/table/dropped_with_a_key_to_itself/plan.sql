-- deletes_data: every row of `folders`
DROP TABLE public.folders;
