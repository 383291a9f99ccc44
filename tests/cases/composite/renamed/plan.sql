-- breaks_code: `address` is called `place`
ALTER TYPE public.address RENAME TO place;
