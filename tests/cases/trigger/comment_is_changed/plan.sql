COMMENT ON TRIGGER notes_touch ON public.notes IS 'new';
