COMMENT ON TYPE public.span IS 'From here to there';
