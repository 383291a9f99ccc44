CREATE SCHEMA billing;
COMMENT ON SCHEMA billing IS 'What customers owe';
CREATE TYPE "billing"."state" AS ENUM ('open', 'paid');

CREATE TABLE billing.invoices (
    id bigint NOT NULL,
    state billing.state DEFAULT 'open' NOT NULL,
    CONSTRAINT invoices_pkey PRIMARY KEY (id)
);
