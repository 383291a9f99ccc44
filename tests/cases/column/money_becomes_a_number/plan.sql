-- rewrites_table: `notes.price`: money becomes numeric(12,2)
-- may_fail: values that do not fit: `notes.price`: money becomes numeric(12,2)
ALTER TABLE public.notes ALTER COLUMN price TYPE numeric(12,2);

ALTER TABLE public.notes ALTER COLUMN old DROP DEFAULT;

-- rewrites_table: `notes.old`: money becomes bigint
-- may_fail: values that do not fit: `notes.old`: money becomes bigint
ALTER TABLE public.notes ALTER COLUMN old TYPE bigint USING old::numeric::bigint;

ALTER TABLE public.notes ALTER COLUMN old SET DEFAULT 1;

-- breaks_code: `notes.bits`: bit(4) becomes bit varying
ALTER TABLE public.notes ALTER COLUMN bits TYPE bit varying;

-- rewrites_table: `notes.at`: timestamp with time zone becomes time without time zone
-- may_fail: values that do not fit: `notes.at`: timestamp with time zone becomes time without time zone
-- deletes_data: values are cut: `notes.at`: timestamp with time zone becomes time without time zone
ALTER TABLE public.notes ALTER COLUMN at TYPE time without time zone;
