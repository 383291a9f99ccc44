CREATE SCHEMA "dot.ted";

CREATE FUNCTION "dot.ted"."$$"()
RETURNS integer
LANGUAGE sql
AS $$SELECT 7$$;
