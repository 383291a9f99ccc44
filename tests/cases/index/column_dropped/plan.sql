DROP INDEX public.docs_idx;

-- deletes_data: every value of `docs.title`
-- breaks_code: code that names `docs.title`
ALTER TABLE public.docs DROP COLUMN title;
