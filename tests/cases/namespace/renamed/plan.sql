-- breaks_code: `billing` is called `accounts`
ALTER SCHEMA billing RENAME TO accounts;
