-- deletes_data: every value of `items.name`
ALTER TABLE public.items DROP COLUMN name;

-- deletes_data: every value of `items.rank`
ALTER TABLE public.items DROP COLUMN rank;
