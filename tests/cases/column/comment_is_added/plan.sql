COMMENT ON COLUMN public.items.name IS 'What it''s called';
