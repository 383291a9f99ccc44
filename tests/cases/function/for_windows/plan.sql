-- deletes_data: every row of `kept`
-- breaks_code: code that names `kept`
DROP TABLE public.kept;

CREATE FUNCTION public.place()
RETURNS bigint
LANGUAGE internal WINDOW
AS $$window_row_number$$;
