-- breaks_code: `touch` is no longer called
DROP TRIGGER notes_touch ON public.notes;
