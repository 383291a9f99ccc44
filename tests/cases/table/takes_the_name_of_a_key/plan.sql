-- deletes_data: every row of `old`
-- breaks_code: code that names `old`
DROP TABLE public.old;

CREATE TABLE public.fresh (
    id uuid
);
