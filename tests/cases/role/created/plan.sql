CREATE ROLE case_new LOGIN CONNECTION LIMIT 5;

-- weakens_access: `case_new` gets the rights of `case_group`
GRANT case_group TO case_new WITH INHERIT FALSE;

ALTER ROLE case_new SET lock_timeout TO '2s';
COMMENT ON ROLE case_new IS 'A new one';

-- weakens_access: `Case of "none"` is not bound by any policy
CREATE ROLE "Case of ""none""" BYPASSRLS;

CREATE TABLE public.notes (
    id integer
);

GRANT SELECT ON public.notes TO case_new;
