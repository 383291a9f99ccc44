CREATE TABLE public.m (
    id integer NOT NULL,
    at date NOT NULL,
    v text,
    CONSTRAINT m_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

CREATE TABLE public.m2025 PARTITION OF public.m FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- blocks_reads: every row of `m2024` is read
-- may_fail: rows of `m2024` that do not belong there
ALTER TABLE public.m ATTACH PARTITION public.m2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE INDEX m_v_idx ON public.m (v);
