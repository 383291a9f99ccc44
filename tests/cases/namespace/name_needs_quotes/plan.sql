CREATE SCHEMA "Billing & Co";
COMMENT ON SCHEMA "Billing & Co" IS 'A name with blanks';
