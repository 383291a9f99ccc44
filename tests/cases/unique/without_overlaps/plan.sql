-- blocks_writes: readers and writers wait while the index is built
-- builds_index: `bookings_once`
-- may_fail: rows with equal values
ALTER TABLE public.bookings ADD CONSTRAINT bookings_once UNIQUE (room, during WITHOUT OVERLAPS);
