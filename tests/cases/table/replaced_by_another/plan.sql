-- deletes_data: every row of `notes`
-- breaks_code: code that names `notes`
DROP TABLE public.notes;

CREATE TABLE public.memos (
    id bigint NOT NULL,
    CONSTRAINT memos_pkey PRIMARY KEY (id)
);
