COMMENT ON INDEX public.t_pkey IS 'finds by number';
COMMENT ON INDEX public.t_a_key IS 'finds by a';
