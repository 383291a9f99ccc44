CREATE TABLE public.rooms (
    room integer,
    CONSTRAINT first EXCLUDE USING btree (room WITH =)
);

ALTER TABLE public.rooms ADD CONSTRAINT second EXCLUDE USING btree (room WITH =);
