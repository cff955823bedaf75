-- What is left of recalculations of progress: the status that work packages have to follow, and the last one that did.
create table work_package_recalculations (
    account_id bigint not null,
    status_id bigint not null,
    after_id bigint not null,
    actor_id bigint,
    token_id bigint,
    surface text not null,
    primary key (account_id, status_id)
);

-- The mode of progress in which the work packages of an account were last written.
alter table accounts add column progress_mode text not null default 'work';
