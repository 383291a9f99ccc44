-- rewrites_table: `notes.id`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN id TYPE bigint;
