COMMENT ON POLICY notes_own ON public.notes IS 'Only one''s own';
