-- breaks_code: `items` is called `things`
ALTER TABLE public.items RENAME TO things;

-- breaks_code: `number` is called `no`
ALTER TABLE public.things RENAME COLUMN number TO no;

ALTER SEQUENCE public.items_id_seq RENAME TO things_id_seq;
