CREATE DOMAIN public.email AS text CONSTRAINT email_at CHECK (VALUE LIKE '%@%');

CREATE TABLE public.people (
    id bigint NOT NULL,
    email email DEFAULT 'a@b',
    others email[],
    CONSTRAINT people_pkey PRIMARY KEY (id),
    CONSTRAINT people_email_given CHECK (email <> '')
);

CREATE INDEX people_email_idx ON public.people ((lower(email)));

CREATE VIEW public.emails AS
select email from people;
