CREATE SEQUENCE public.shared_numbers START WITH 7;
CREATE SEQUENCE public.plain_id_seq AS integer;
CREATE SEQUENCE public.keyed_id_seq;
ALTER TABLE public.plain ALTER COLUMN id SET DEFAULT nextval('plain_id_seq'::regclass);

-- blocks_reads: every row of `plain` is read for the last `id`
SELECT setval('public.plain_id_seq', max(id)) FROM public.plain WHERE id >= 1;

ALTER TABLE public.keyed ALTER COLUMN id SET DEFAULT nextval('keyed_id_seq'::regclass);
SELECT setval('public.keyed_id_seq', max(id)) FROM public.keyed WHERE id >= 1;
ALTER TABLE public.shared ALTER COLUMN id SET DEFAULT nextval('shared_numbers');

-- blocks_reads: every row of `shared` is read for the last `id`
SELECT setval('public.shared_numbers', max(id)) FROM public.shared WHERE id >= 7;

ALTER SEQUENCE public.plain_id_seq OWNED BY public.plain.id;
ALTER SEQUENCE public.keyed_id_seq OWNED BY public.keyed.id;
