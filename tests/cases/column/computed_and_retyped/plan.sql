-- rewrites_table: `notes.b`: integer becomes bigint
ALTER TABLE public.notes ALTER COLUMN b TYPE bigint;
