-- blocks_writes: readers and writers wait while every row is read
-- may_fail: rows where `number` is NULL
ALTER TABLE public.items ALTER COLUMN number SET NOT NULL;

ALTER TABLE public.items ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
