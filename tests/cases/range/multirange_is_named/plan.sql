-- breaks_code: `span_multirange` is called `spans`
ALTER TYPE public.span_multirange RENAME TO spans;
