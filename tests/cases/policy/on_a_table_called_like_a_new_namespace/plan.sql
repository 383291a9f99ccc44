CREATE SCHEMA notes;

CREATE TABLE public.notes (
    state text
);

CREATE TABLE notes.states (
    name text
);

CREATE TABLE notes.state (
    name text
);

CREATE POLICY notes_select ON public.notes FOR SELECT USING (notes.state IN (SELECT o.name FROM notes.states o));
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
