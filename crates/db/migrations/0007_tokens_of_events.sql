-- With which token a write was made; events from before have none.
alter table events add column token_id bigint;
