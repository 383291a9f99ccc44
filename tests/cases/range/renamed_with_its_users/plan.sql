-- breaks_code: `span` is called `interval_of`
ALTER TYPE public.span RENAME TO interval_of;

-- breaks_code: `span_multirange` is called `interval_of_multirange`
ALTER TYPE public.span_multirange RENAME TO interval_of_multirange;
