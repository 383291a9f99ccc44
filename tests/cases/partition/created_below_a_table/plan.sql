CREATE TABLE public.events_2024 PARTITION OF public.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE TABLE public.events_2025 PARTITION OF public.events (
    CONSTRAINT events_2025_small CHECK (size < 1000)
) FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

COMMENT ON TABLE public.events_2025 IS 'This year';
ALTER TABLE public.events_2025 ALTER COLUMN region SET STORAGE EXTERNAL;
COMMENT ON COLUMN public.events_2025.region IS 'Where';
ALTER TABLE public.events_2025 ALTER COLUMN size SET NOT NULL;
ALTER TABLE public.events_2025 ALTER COLUMN size SET DEFAULT 10;
CREATE INDEX events_2025_size_idx ON public.events_2025 (size);
