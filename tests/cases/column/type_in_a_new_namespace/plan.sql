CREATE SCHEMA sales;
CREATE TYPE "sales"."state" AS ENUM ('open', 'paid');
ALTER TABLE public.orders ADD COLUMN state sales.state DEFAULT 'open';
ALTER TABLE public.orders ADD COLUMN others sales.state[];
ALTER TABLE public.orders ADD COLUMN note text DEFAULT ('a' || 'b');
