-- file 1 of 3: one transaction

-- breaks_code: columns of `names` may go or change
DROP VIEW public.names;

ALTER TABLE public.members RENAME CONSTRAINT members_id_not_null TO members_id_not_null_gone;
ALTER TABLE public.members ADD COLUMN key bigint DEFAULT 1 CONSTRAINT members_id_not_null NOT NULL;

CREATE VIEW public.names AS
SELECT key, org, note FROM members;

-- file 2 of 3: no transaction

-- builds_index: `members_pkey` on `members`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS members_pkey__new ON public.members (key);

-- breaks_code: ON CONFLICT that names the key as it was
ALTER TABLE public.members DROP CONSTRAINT members_pkey, ADD CONSTRAINT members_pkey PRIMARY KEY USING INDEX members_pkey__new;

-- file 3 of 3: one transaction

-- deletes_data: every value of `members.id`
-- breaks_code: code that names `members.id`
ALTER TABLE public.members DROP COLUMN id;
