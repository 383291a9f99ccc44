DROP POLICY shared ON public.notes;

-- deletes_data: every row of `lists`
-- breaks_code: code that names `lists`
DROP TABLE public.lists;

CREATE TABLE public.folders (
    id bigint,
    shared boolean NOT NULL
);

CREATE INDEX lists_id_idx ON public.folders (id);

-- weakens_access: `shared` lets rows of `notes` through
CREATE POLICY shared ON public.notes FOR SELECT USING (list IN (SELECT id FROM folders WHERE shared));
