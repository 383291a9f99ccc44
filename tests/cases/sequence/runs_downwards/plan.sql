-- breaks_code: numbers of `numbers` begin again at -1
ALTER SEQUENCE public.numbers INCREMENT BY -1 NO MINVALUE NO MAXVALUE START WITH -1 RESTART;
