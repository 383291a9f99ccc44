-- deletes_data: every row of `old`
DROP TABLE public.old;

CREATE TABLE public.fresh (
    id uuid
);
