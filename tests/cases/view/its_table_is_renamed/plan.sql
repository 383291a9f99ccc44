-- breaks_code: `notes` is called `papers`
ALTER TABLE public.notes RENAME TO papers;
