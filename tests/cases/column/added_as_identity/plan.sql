-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY NOT NULL;
