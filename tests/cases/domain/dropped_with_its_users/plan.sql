-- breaks_code: queries of `emails`
DROP VIEW public.emails;

-- deletes_data: every row of `people`
-- breaks_code: code that names `people`
DROP TABLE public.people;

DROP DOMAIN public.email;
