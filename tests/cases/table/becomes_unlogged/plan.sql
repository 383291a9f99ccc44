-- rewrites_table: `notes`
ALTER TABLE public.notes SET UNLOGGED;
