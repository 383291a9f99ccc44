CREATE POLICY notes_not_secret ON public.notes AS RESTRICTIVE FOR SELECT TO pg_monitor, pg_read_all_data USING (kind <> 'secret');
