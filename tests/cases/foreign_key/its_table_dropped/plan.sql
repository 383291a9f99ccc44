-- deletes_data: every row of `orders`
DROP TABLE public.orders;
