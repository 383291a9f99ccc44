COMMENT ON COLUMN public.open_notes.id IS NULL;
COMMENT ON COLUMN public.open_notes.title IS 'new';
COMMENT ON VIEW public.open_notes IS 'new';
