DROP TYPE "public"."kind";
CREATE DOMAIN public.kind AS text CONSTRAINT kind_check CHECK (VALUE <> '');

CREATE OR REPLACE FUNCTION public.usual()
RETURNS text
LANGUAGE sql
AS $$SELECT 'b'::text$$;
