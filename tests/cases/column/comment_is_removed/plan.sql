COMMENT ON COLUMN public.items.name IS NULL;
