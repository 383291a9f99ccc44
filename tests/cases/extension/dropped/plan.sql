-- deletes_data: the types, functions and operators of `vector`
DROP EXTENSION vector;
