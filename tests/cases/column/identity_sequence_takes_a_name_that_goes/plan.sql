-- deletes_data: the last number of `numbers`
DROP SEQUENCE public.numbers;

ALTER SEQUENCE public.items_id_seq RENAME TO numbers;
