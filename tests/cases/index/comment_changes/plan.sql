COMMENT ON INDEX public.docs_idx IS 'For the search box';
