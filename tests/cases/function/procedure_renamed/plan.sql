-- breaks_code: `add_note` is called `insert_note`
ALTER PROCEDURE public.add_note(integer) RENAME TO insert_note;
