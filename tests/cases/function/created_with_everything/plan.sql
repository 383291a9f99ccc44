CREATE SCHEMA billing;

CREATE FUNCTION billing.price_of("Plan Name" character varying, seats integer DEFAULT 1, of timestamp with time zone DEFAULT now())
RETURNS numeric
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 10
SET search_path TO billing, pg_temp
SET work_mem TO '8MB'
AS $body$-- What a plan costs; $$ is no end.
BEGIN
    RETURN seats * 10;
END;
$body$;

COMMENT ON FUNCTION billing.price_of(character varying, integer, timestamp with time zone) IS 'What a plan''s seats cost';
