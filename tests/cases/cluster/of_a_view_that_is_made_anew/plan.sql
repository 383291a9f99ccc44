-- rewrites_table: the rows of `sizes` are computed again
DROP MATERIALIZED VIEW public.sizes;

CREATE MATERIALIZED VIEW public.sizes AS
SELECT id,
    size
   FROM items
  WHERE (size > 0);

-- blocks_writes: `sizes_size_idx` is built
-- builds_index: `sizes_size_idx` on `sizes`
CREATE INDEX sizes_size_idx ON public.sizes (size);

ALTER TABLE public.sizes CLUSTER ON sizes_size_idx;
