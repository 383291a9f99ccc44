-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED;
