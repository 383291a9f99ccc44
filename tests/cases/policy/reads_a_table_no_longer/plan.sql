-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (tenant_id = tenant());

-- deletes_data: every row of `shares`
-- breaks_code: code that names `shares`
DROP TABLE public.shares;
