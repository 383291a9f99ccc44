CREATE TABLE public.notes (
    email text,
    CONSTRAINT first UNIQUE (email)
);

ALTER TABLE public.notes ADD CONSTRAINT second UNIQUE (email);
