-- may_fail: the last number of `down` is beyond the new limits
ALTER SEQUENCE public.down AS bigint MAXVALUE 2147483647 START WITH 2147483647;

-- may_fail: the last number of `up` is beyond the new limits
ALTER SEQUENCE public.up AS integer MINVALUE -32768 START WITH -32768;
