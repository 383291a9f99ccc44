-- breaks_code: `add_up` is called `plus`
ALTER FUNCTION public.add_up(integer, integer) RENAME TO plus;
