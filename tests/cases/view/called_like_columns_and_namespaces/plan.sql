CREATE SCHEMA state;

CREATE VIEW state.comment AS
SELECT o.state, o.amount FROM notes o;

CREATE VIEW public.state AS
SELECT v.* FROM state.comment v;

CREATE MATERIALIZED VIEW public.sums AS
SELECT o.state, o.amount FROM notes o;

CREATE INDEX sums_idx ON public.sums (state);
