ALTER INDEX public.docs_idx SET (fillfactor = 70);
