-- breaks_code: `old` is called `new`
ALTER SCHEMA old RENAME TO new;
