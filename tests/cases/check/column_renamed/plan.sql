-- breaks_code: `amount` is called `quantity`
ALTER TABLE public.items RENAME COLUMN amount TO quantity;
