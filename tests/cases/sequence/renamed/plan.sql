-- breaks_code: `numbers` is called `counter`
ALTER SEQUENCE public.numbers RENAME TO counter;
