-- blocks_reads: `bookings_id_excl` is built
-- builds_index: `bookings_id_excl` on `bookings`
-- may_fail: rows that exclude each other
ALTER TABLE public.bookings ADD CONSTRAINT bookings_id_excl EXCLUDE USING btree (id WITH =);
