-- blocks_reads: `Odd one` is built
-- builds_index: `Odd one` on `bookings`
-- may_fail: rows that exclude each other
ALTER TABLE public.bookings ADD CONSTRAINT "Odd one" EXCLUDE USING gist (room range_ops WITH =, (tsrange(lower(during), upper(during))) WITH OPERATOR(pg_catalog.&&)) WHERE (not cancelled) DEFERRABLE INITIALLY DEFERRED;
