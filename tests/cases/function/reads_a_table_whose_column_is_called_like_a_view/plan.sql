CREATE TABLE public.orders (
    id integer,
    paid boolean,
    CONSTRAINT unpaid CHECK (NOT paid)
);

CREATE FUNCTION public.is_used()
RETURNS boolean
LANGUAGE sql
BEGIN ATOMIC SELECT EXISTS (SELECT FROM orders); END;

CREATE VIEW public.paid AS
SELECT id FROM orders;
