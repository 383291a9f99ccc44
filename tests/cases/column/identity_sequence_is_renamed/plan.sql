ALTER SEQUENCE public.items_id_seq RENAME TO item_numbers;
