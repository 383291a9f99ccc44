-- breaks_code: rows of `notes_1` are no longer found in `notes`
ALTER TABLE public.notes DETACH PARTITION public.notes_1;
