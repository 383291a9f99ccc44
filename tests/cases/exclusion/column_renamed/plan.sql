-- breaks_code: `during` is called `period`
ALTER TABLE public.bookings RENAME COLUMN during TO period;
