-- breaks_code: `old` is called `new`
ALTER SCHEMA old RENAME TO new;

-- breaks_code: `mood` is called `temper`
ALTER TYPE new.mood RENAME TO temper;

-- breaks_code: `place` is called `spot`
ALTER TYPE new.place RENAME TO spot;

-- breaks_code: `notes` is called `memos`
ALTER TABLE new.notes RENAME TO memos;

-- breaks_code: `txt` is called `body`
ALTER TABLE new.memos RENAME COLUMN txt TO body;

ALTER POLICY p ON new.memos RENAME TO p2;

-- breaks_code: `a` is called `aa`
ALTER TYPE "new"."temper" RENAME VALUE 'a' TO 'aa';

-- breaks_code: `street` is called `road`
ALTER TYPE new.spot RENAME ATTRIBUTE street TO road;

ALTER TABLE new.memos RENAME CONSTRAINT notes_pkey TO memos_pkey;
