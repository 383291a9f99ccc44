CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE public.chunks (
    id bigint NOT NULL,
    embedding vector(3),
    CONSTRAINT chunks_pkey PRIMARY KEY (id)
);

CREATE INDEX chunks_embedding_idx ON public.chunks USING hnsw (embedding vector_l2_ops);
