-- deletes_data: every value of `items.name`
-- breaks_code: code that names `items.name`
ALTER TABLE public.items DROP COLUMN name;

-- deletes_data: every value of `items.rank`
-- breaks_code: code that names `items.rank`
ALTER TABLE public.items DROP COLUMN rank;
