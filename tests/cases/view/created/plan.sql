CREATE VIEW public.open_notes AS
SELECT id, title FROM notes WHERE NOT done;
