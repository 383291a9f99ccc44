-- breaks_code: calls of `total`
DROP AGGREGATE public.total(integer);

-- breaks_code: calls of `as_words`
DROP FUNCTION public.as_words(integer);

-- breaks_code: calls of `add_up`
DROP FUNCTION public.add_up(integer, integer);

-- breaks_code: calls of `take_off`
DROP FUNCTION public.take_off(integer, integer);

CREATE TABLE public.kept (
    id integer
);
