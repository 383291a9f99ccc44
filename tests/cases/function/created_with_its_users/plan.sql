CREATE FUNCTION public.is_slug(slug text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT slug <> ''$$;

CREATE TABLE public.pages (
    slug text NOT NULL,
    good boolean DEFAULT is_slug('a'),
    shown boolean GENERATED ALWAYS AS (is_slug(slug)) STORED,
    CONSTRAINT pages_pkey PRIMARY KEY (slug),
    CONSTRAINT pages_slug_check CHECK (is_slug(slug))
);

CREATE INDEX pages_slug_idx ON public.pages ((is_slug(slug)));
CREATE INDEX pages_good_idx ON public.pages (good) WHERE (is_slug(slug));
CREATE POLICY pages_select ON public.pages FOR SELECT USING (is_slug(slug));
ALTER TABLE public.pages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
