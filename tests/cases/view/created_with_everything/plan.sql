CREATE VIEW public.open_notes (note_id) WITH (security_invoker = true, security_barrier = true, check_option = 'local') AS
select n.id, n.title from notes n where not n.done;

COMMENT ON COLUMN public.open_notes.note_id IS 'Which one';
COMMENT ON COLUMN public.open_notes.title IS 'What it is called';
COMMENT ON VIEW public.open_notes IS 'What is left to do';
