ALTER TABLE public.bookings RENAME CONSTRAINT bookings_no_overlap TO bookings_apart;
