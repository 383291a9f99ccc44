ALTER TRIGGER notes_touch ON public.notes RENAME TO notes_touched;
