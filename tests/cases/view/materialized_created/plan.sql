CREATE MATERIALIZED VIEW public.titles WITH (fillfactor = 70) AS
SELECT title, count(*) AS times FROM notes GROUP BY title;

COMMENT ON COLUMN public.titles.times IS 'So often';
COMMENT ON MATERIALIZED VIEW public.titles IS 'How often';
CREATE INDEX titles_lower_idx ON public.titles ((lower( title ))) WHERE (times>1);
CREATE UNIQUE INDEX titles_title_idx ON public.titles (title);
