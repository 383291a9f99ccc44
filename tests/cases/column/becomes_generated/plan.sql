-- deletes_data: every value of `items.twice`
ALTER TABLE public.items DROP COLUMN twice;

-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN twice integer GENERATED ALWAYS AS (size * 2) STORED;
