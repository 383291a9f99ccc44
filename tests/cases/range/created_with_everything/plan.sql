-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE TYPE public.span AS RANGE (subtype = double precision, subtype_diff = float8mi, multirange_type_name = public.spans);
COMMENT ON TYPE public.span IS 'From here to there';
CREATE TYPE public.words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = pg_catalog."C");
