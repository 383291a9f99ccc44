-- rewrites_table: `docs.embedding`: vector(3) becomes vector(4)
-- may_fail: values that do not fit: `docs.embedding`: vector(3) becomes vector(4)
ALTER TABLE public.docs ALTER COLUMN embedding TYPE vector(4);
