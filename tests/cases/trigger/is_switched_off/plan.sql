-- breaks_code: `touch` is no longer called
ALTER TABLE public.notes DISABLE TRIGGER notes_touch;
