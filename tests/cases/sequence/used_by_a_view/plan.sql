CREATE SEQUENCE public.numbers;

CREATE VIEW public.next AS
SELECT nextval('numbers') AS n;
