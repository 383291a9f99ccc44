DROP INDEX public.chunks_embedding_idx;

-- deletes_data: every value of `chunks.embedding`
-- breaks_code: code that names `chunks.embedding`
ALTER TABLE public.chunks DROP COLUMN embedding;

-- deletes_data: the types, functions and operators of `vector`
DROP EXTENSION vector;
