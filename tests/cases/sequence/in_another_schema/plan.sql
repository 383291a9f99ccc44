CREATE SCHEMA billing;
CREATE SEQUENCE billing.numbers AS integer;

CREATE TABLE billing.bills (
    id integer DEFAULT nextval('billing.numbers')
);

ALTER SEQUENCE billing.numbers OWNED BY billing.bills.id;
