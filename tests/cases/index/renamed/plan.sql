ALTER INDEX public.docs_idx RENAME TO docs_title_idx;
