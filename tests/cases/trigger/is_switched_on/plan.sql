ALTER TABLE public.notes ENABLE TRIGGER notes_touch;
