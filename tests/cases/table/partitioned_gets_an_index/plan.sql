-- blocks_writes: `regions_word_idx` is built
-- builds_index: `regions_word_idx` on `regions`
CREATE INDEX regions_word_idx ON public.regions (word);
