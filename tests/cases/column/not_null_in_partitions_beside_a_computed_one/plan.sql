-- file 1 of 2: no transaction

-- breaks_code: code that writes no `kind`
ALTER TABLE public.notes ADD CONSTRAINT notes_kind_not_null NOT NULL kind NOT VALID;

-- may_fail: rows where `kind` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_kind_not_null;

-- file 2 of 2: one transaction

ALTER TABLE public.notes ADD COLUMN "both" integer GENERATED ALWAYS AS (id + kind) VIRTUAL;
