ALTER DOMAIN public.email SET DEFAULT 'x'::text;
