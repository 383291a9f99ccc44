ALTER TABLE public.bookings DROP CONSTRAINT bookings_no_overlap;

-- deletes_data: every value of `bookings.during`
-- breaks_code: code that names `bookings.during`
ALTER TABLE public.bookings DROP COLUMN during;
