-- breaks_code: rows of `notes` that no policy lets through disappear
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
