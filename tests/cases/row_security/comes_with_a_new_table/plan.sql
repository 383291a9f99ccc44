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

CREATE POLICY notes_own ON public.notes USING (tenant_id = tenant());
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
