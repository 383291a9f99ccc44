CREATE SCHEMA more;

CREATE TABLE more.marked (
    mark text DEFAULT 'm'
);

CREATE TABLE public.books (
    name text DEFAULT 'b' NOT NULL,
    pages integer,
    CONSTRAINT books_pkey PRIMARY KEY (id),
    CONSTRAINT books_pages CHECK (pages > 0),
    CONSTRAINT things_name_check CHECK (name <> '')
) INHERITS (public.things, more.marked);

ALTER TABLE public.books ALTER COLUMN mark DROP DEFAULT;
ALTER TABLE public.books ALTER COLUMN mark SET STATISTICS 7;
CREATE TABLE public.novels () INHERITS (public.books);
ALTER TABLE public.novels ALTER COLUMN mark SET STATISTICS 7;
CREATE INDEX books_name_idx ON public.books (name);
