CREATE TABLE public.shares (
    note_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    CONSTRAINT shares_pkey PRIMARY KEY (note_id, tenant_id)
);

-- weakens_access: `notes_own` on `notes` may let more rows through
ALTER POLICY notes_own ON public.notes USING (EXISTS (SELECT FROM shares s WHERE s.note_id = notes.id AND s.tenant_id = tenant()));
