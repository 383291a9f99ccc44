ALTER TABLE public.rooms DROP CONSTRAINT rooms_once;

-- blocks_reads: `rooms_once` is built
-- builds_index: `rooms_once` on `rooms`
-- may_fail: rows that exclude each other
ALTER TABLE public.rooms ADD CONSTRAINT rooms_once EXCLUDE USING btree (id DESC WITH =, at NULLS FIRST WITH =);
