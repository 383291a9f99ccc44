-- breaks_code: `open_notes` is called `pending`
ALTER VIEW public.open_notes RENAME TO pending;
