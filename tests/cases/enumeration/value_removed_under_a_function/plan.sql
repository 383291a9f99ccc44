-- breaks_code: calls of `price`
DROP FUNCTION public.price(plan);

ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('free', 'pro');
DROP TYPE public.plan__old;

CREATE FUNCTION public.price(of plan)
RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$SELECT CASE of WHEN 'free' THEN 0 ELSE 10 END$$;
