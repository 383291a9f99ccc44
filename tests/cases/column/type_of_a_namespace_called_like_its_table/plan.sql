CREATE SCHEMA state;
CREATE TYPE "state"."mood" AS ENUM ('glad', 'sad');

CREATE TABLE public.state (
    mood state.mood,
    before state.mood
);
