-- deletes_data: every row of `invoices`
-- breaks_code: code that names `invoices`
DROP TABLE billing.invoices;

DROP TYPE "billing"."state";

-- deletes_data: `billing` and what dbtool does not manage in it
DROP SCHEMA billing;
