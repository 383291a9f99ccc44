-- deletes_data: `billing` and what dbtool does not manage in it
DROP SCHEMA billing;
