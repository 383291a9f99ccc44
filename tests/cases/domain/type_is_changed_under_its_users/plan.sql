-- breaks_code: columns of `emails` may go or change
DROP VIEW public.emails;

DROP INDEX public.people_email_idx;
ALTER TABLE public.people DROP CONSTRAINT people_email_given;
ALTER TYPE public.email RENAME TO email__old;

-- deletes_data: values are cut: `email` in `people`: text becomes character varying(200)
CREATE DOMAIN public.email AS character varying(200) CONSTRAINT email_at CHECK ((VALUE)::text ~~ '%@%'::text);

ALTER TABLE public.people ALTER COLUMN email DROP DEFAULT;

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN email TYPE public.email USING email::text::public.email;

ALTER TABLE public.people ALTER COLUMN email SET DEFAULT 'a@b';

-- rewrites_table: `people`
ALTER TABLE public.people ALTER COLUMN others TYPE public.email[] USING others::text[]::public.email[];

DROP TYPE public.email__old;
COMMENT ON TYPE public.email IS 'Stays';

-- blocks_reads: every row of `people` is checked
-- may_fail: rows that do not satisfy `people_email_given`
ALTER TABLE public.people ADD CONSTRAINT people_email_given CHECK (email <> '');

-- blocks_writes: `people_email_idx` is built
-- builds_index: `people_email_idx` on `people`
CREATE INDEX people_email_idx ON public.people ((lower(email)));

CREATE VIEW public.emails AS
select email from people;
