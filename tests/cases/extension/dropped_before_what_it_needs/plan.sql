-- deletes_data: every value of `a.place`
-- breaks_code: code that names `a.place`
ALTER TABLE public.a DROP COLUMN place;

-- deletes_data: the types, functions and operators of `earthdistance`
DROP EXTENSION earthdistance;

-- deletes_data: the types, functions and operators of `cube`
DROP EXTENSION cube;
