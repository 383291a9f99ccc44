-- rewrites_table: its values are computed again
ALTER TABLE public.notes DROP COLUMN short;

-- rewrites_table: each row of `notes` gets a value of its own
ALTER TABLE public.notes ADD COLUMN short text GENERATED ALWAYS AS (upper(title)) STORED;
