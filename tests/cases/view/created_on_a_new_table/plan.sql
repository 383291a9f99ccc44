CREATE TABLE public.other (
    id bigint
);

CREATE VIEW public."both" AS
WITH all_of_them AS (SELECT id FROM notes UNION ALL SELECT id FROM other)
SELECT id, count(*) AS times FROM all_of_them GROUP BY id;
