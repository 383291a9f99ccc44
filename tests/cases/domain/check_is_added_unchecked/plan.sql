ALTER DOMAIN public.email ADD CONSTRAINT email_at CHECK (VALUE ~~ '%@%'::text) NOT VALID;
COMMENT ON CONSTRAINT email_at ON DOMAIN public.email IS 'Has a host';
