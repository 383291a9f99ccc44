-- deletes_data: the last number of `numbers`
DROP SEQUENCE public.numbers;
