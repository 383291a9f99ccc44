SET LOCAL check_function_bodies = off;

CREATE FUNCTION billing.gross(net numeric)
RETURNS numeric
LANGUAGE sql
AS $$SELECT net * 1.2$$;

CREATE TABLE billing.invoices (
    total numeric
);

CREATE FUNCTION billing.due()
RETURNS numeric
LANGUAGE sql
AS $$SELECT sum(gross(total)) FROM invoices$$;
