-- blocks_reads: every row of `items` is read
-- may_fail: rows where `number` is NULL
-- breaks_code: code that writes no `number`
ALTER TABLE public.items ALTER COLUMN number SET NOT NULL;

ALTER TABLE public.items ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;

-- blocks_reads: every row of `items` is read for the last `number`
SELECT setval(pg_get_serial_sequence('public.items', 'number'), max(number)) FROM public.items WHERE number >= 1;
