-- deletes_data: every row of `orders`
-- breaks_code: code that names `orders`
DROP TABLE public.orders;
