DROP POLICY notes_delete ON public.notes;
CREATE POLICY notes_delete ON public.notes AS RESTRICTIVE FOR DELETE USING ((tenant_id = tenant()) AND (kind IS NULL));
