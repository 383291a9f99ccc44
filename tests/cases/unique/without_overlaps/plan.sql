-- blocks_reads: `bookings_once` is built
-- builds_index: `bookings_once` on `bookings`
-- may_fail: rows with equal values
ALTER TABLE public.bookings ADD CONSTRAINT bookings_once UNIQUE (room, during WITHOUT OVERLAPS);
