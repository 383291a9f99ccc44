CREATE POLICY notes_not_secret ON public.notes AS RESTRICTIVE FOR SELECT TO pg_read_all_data, pg_monitor USING (kind <> 'secret');
