-- rewrites_table: its values are computed again
ALTER TABLE public.items DROP COLUMN twice;

-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN twice integer GENERATED ALWAYS AS (size + size) STORED;
