DROP INDEX public.docs_idx;

-- deletes_data: every value of `docs.title`
ALTER TABLE public.docs DROP COLUMN title;
