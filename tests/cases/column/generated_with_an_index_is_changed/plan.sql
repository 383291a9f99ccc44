DROP INDEX public.items_twice_idx;

-- rewrites_table: its values are computed again
ALTER TABLE public.items DROP COLUMN twice;

-- rewrites_table: each row of `items` gets a value of its own
ALTER TABLE public.items ADD COLUMN twice integer GENERATED ALWAYS AS (size + size) STORED NOT NULL;

COMMENT ON COLUMN public.items.twice IS 'Twice';

-- blocks_writes: `items_twice_idx` is built
-- builds_index: `items_twice_idx` on `items`
CREATE INDEX items_twice_idx ON public.items (twice);
