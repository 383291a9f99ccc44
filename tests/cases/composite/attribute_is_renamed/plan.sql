-- breaks_code: `street` is called `road`
ALTER TYPE public.address RENAME ATTRIBUTE street TO road;
