-- rewrites_table: `notes`
-- deletes_data: every row of `notes`, after a crash
ALTER TABLE public.notes SET UNLOGGED;
