ALTER INDEX public.bookings_pkey SET (fillfactor = 70);
