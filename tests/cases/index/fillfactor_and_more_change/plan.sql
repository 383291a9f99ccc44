ALTER INDEX public.docs_idx SET (deduplicate_items = false, fillfactor = 80);
