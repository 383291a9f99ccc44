ALTER DOMAIN public.email SET DEFAULT 'y'::text;
