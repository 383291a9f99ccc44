-- rewrites_table: `items.embedding`: vector(1024) becomes vector(1536)
-- may_fail: values that do not fit: `items.embedding`: vector(1024) becomes vector(1536)
ALTER TABLE public.items ALTER COLUMN embedding TYPE vector(1536);
