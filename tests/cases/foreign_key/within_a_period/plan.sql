ALTER TABLE public.bookings ADD CONSTRAINT bookings_open FOREIGN KEY (room, PERIOD during) REFERENCES public.rooms (id, PERIOD open) NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.bookings VALIDATE CONSTRAINT bookings_open;
