CREATE FUNCTION public.tenant()
RETURNS uuid
LANGUAGE sql STABLE
AS $$SELECT NULLIF(current_setting('app.tenant', true), '')::uuid$$;

CREATE TABLE public.notes (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind text,
    body text,
    CONSTRAINT notes_pkey PRIMARY KEY (id)
);

ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
