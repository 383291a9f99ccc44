-- deletes_data: every row of `invoices`
DROP TABLE billing.invoices;

DROP TYPE "billing"."state";

-- deletes_data: `billing` and what dbtool does not manage in it
DROP SCHEMA billing;
