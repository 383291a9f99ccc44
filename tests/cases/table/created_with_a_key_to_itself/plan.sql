CREATE TABLE public.folders (
    id bigint NOT NULL,
    parent_id bigint,
    CONSTRAINT folders_pkey PRIMARY KEY (id)
);

ALTER TABLE public.folders ADD CONSTRAINT folders_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.folders (id) ON DELETE CASCADE;
