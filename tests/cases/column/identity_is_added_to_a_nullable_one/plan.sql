-- blocks_reads: every row of `items` is read
-- may_fail: rows where `number` is NULL
-- breaks_code: code that writes no `number`
ALTER TABLE public.items ALTER COLUMN number SET NOT NULL;

ALTER TABLE public.items ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
