ALTER INDEX public.docs_idx SET (fillfactor = 80, deduplicate_items = false);
