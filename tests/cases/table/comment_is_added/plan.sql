COMMENT ON TABLE public.notes IS 'What somebody''s note says
on two lines';
