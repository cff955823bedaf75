-- Whether an account refuses reports with hints.
alter table accounts add column blocks_hints boolean not null default false;
