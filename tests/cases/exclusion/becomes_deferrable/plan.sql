ALTER TABLE public.bookings DROP CONSTRAINT bookings_no_overlap;

-- blocks_reads: `bookings_no_overlap` is built
-- builds_index: `bookings_no_overlap` on `bookings`
-- may_fail: rows that exclude each other
ALTER TABLE public.bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&) DEFERRABLE;
