-- rewrites_table: `orders.total`: integer becomes numeric
-- may_fail: values that do not fit: `orders.total`: integer becomes numeric
ALTER TABLE public.orders ALTER COLUMN total TYPE numeric;
