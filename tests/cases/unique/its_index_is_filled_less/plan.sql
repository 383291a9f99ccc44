ALTER INDEX public.bookings_code_key SET (fillfactor = 70);
