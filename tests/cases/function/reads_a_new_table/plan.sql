CREATE TABLE public.settings (
    key text NOT NULL,
    value text,
    CONSTRAINT settings_pkey PRIMARY KEY (key)
);

CREATE FUNCTION public.setting(of text)
RETURNS text
LANGUAGE sql STABLE
AS $$SELECT value FROM settings WHERE key = of$$;
