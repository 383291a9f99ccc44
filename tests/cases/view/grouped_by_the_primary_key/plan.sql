CREATE VIEW public.counted AS
SELECT id, title, count(*) AS times FROM notes GROUP BY id;
