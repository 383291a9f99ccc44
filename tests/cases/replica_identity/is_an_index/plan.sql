-- file 1 of 3: one transaction

CREATE TABLE public.notes (
    code text NOT NULL,
    CONSTRAINT notes_code_key UNIQUE (code)
);

ALTER TABLE public.notes REPLICA IDENTITY USING INDEX notes_code_key;

-- file 2 of 3: no transaction

-- builds_index: `papers_code_idx` on `papers`
-- may_fail: rows with equal values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS papers_code_idx ON public.papers (code);

-- file 3 of 3: one transaction

ALTER TABLE public.papers REPLICA IDENTITY USING INDEX papers_code_idx;
