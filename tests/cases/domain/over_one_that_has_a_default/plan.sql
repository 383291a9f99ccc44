ALTER DOMAIN public.kept DROP DEFAULT;
CREATE DOMAIN public.small AS positive CONSTRAINT small_check CHECK (value < 10);
ALTER DOMAIN public.small DROP DEFAULT;
CREATE DOMAIN public.other AS positive DEFAULT 2;
