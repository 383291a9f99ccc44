-- deletes_data: every value of `street` in `address`
ALTER TYPE public.address DROP ATTRIBUTE street;
