-- builds_index: `places_words_idx` on `places`
CREATE INDEX CONCURRENTLY IF NOT EXISTS places_words_idx ON public.places USING gin (words) WITH (gin_pending_list_limit = 256, fastupdate = true);
