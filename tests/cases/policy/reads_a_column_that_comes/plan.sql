ALTER TABLE public.sessions ADD COLUMN open boolean;
CREATE POLICY of_open_sessions ON public.messages USING (session_id IN (SELECT s.id FROM sessions s WHERE s.open));
