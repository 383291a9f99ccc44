COMMENT ON COLUMN public.address.street IS 'Without the number';
