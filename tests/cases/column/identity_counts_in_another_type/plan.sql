-- may_fail: the last number of `items_narrower_seq` is beyond the new limits
ALTER SEQUENCE public.items_narrower_seq AS integer;

-- may_fail: the last number of `items_like_seq` is beyond the new limits
ALTER SEQUENCE public.items_like_seq AS integer NO MAXVALUE;

-- may_fail: the last number of `items_limited_seq` is beyond the new limits
ALTER SEQUENCE public.items_limited_seq AS smallint MINVALUE -5 MAXVALUE 5000 START WITH 100;

ALTER SEQUENCE public.items_downwards_seq AS bigint;

-- breaks_code: numbers of `items_downwards_seq` begin again at -1
ALTER SEQUENCE public.items_downwards_seq INCREMENT BY -1 NO MINVALUE NO MAXVALUE START WITH -1 RESTART;

-- rewrites_table: `items.retyped`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN retyped TYPE bigint;

-- may_fail: the last number of `items_retyped_seq` is beyond the new limits
ALTER SEQUENCE public.items_retyped_seq AS smallint;

-- rewrites_table: `items.left`: integer becomes bigint
ALTER TABLE public.items ALTER COLUMN "left" TYPE bigint;

ALTER TABLE public.items ALTER COLUMN "left" SET GENERATED ALWAYS;

-- may_fail: the last number of `items_left_seq` is beyond the new limits
ALTER SEQUENCE public.items_left_seq AS integer;

ALTER TABLE public.items ALTER COLUMN named SET GENERATED ALWAYS;

-- may_fail: the last number of `numbers` is beyond the new limits
ALTER SEQUENCE public.numbers AS integer MAXVALUE 6000;
