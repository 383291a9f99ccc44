DROP VIEW public.open_tickets;
DROP INDEX public.tickets_state_idx;

-- rewrites_table: its values are computed again
ALTER TABLE public.tickets DROP COLUMN state;

ALTER TYPE public.state RENAME TO state__old;
CREATE TYPE "public"."state" AS ENUM ('open', 'closed');
DROP TYPE public.state__old;

-- rewrites_table: each row of `tickets` gets a value of its own
ALTER TABLE public.tickets ADD COLUMN state state GENERATED ALWAYS AS (CASE WHEN done THEN 'closed'::state ELSE 'open'::state END) STORED;

-- blocks_writes: `tickets_state_idx` is built
-- builds_index: `tickets_state_idx` on `tickets`
CREATE INDEX tickets_state_idx ON public.tickets (state);

CREATE VIEW public.open_tickets AS
SELECT id,
    state
   FROM tickets
  WHERE (NOT done);
