CREATE SCHEMA reports;

CREATE VIEW reports.open_notes AS
SELECT id, title FROM notes WHERE NOT done;
