-- may_fail: the last number of `numbers` is beyond the new limits
ALTER SEQUENCE public.numbers AS integer INCREMENT BY 1 MAXVALUE 200 START WITH 1 CACHE 7 CYCLE;
