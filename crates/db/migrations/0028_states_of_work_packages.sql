-- Work packages as each of their versions left them, with the columns of work_packages: their lists and totals in the past are
-- reads of this table. `sequence` is the number of the event; versions says from when on it holds and was known.
create table work_package_states (
    account_id bigint not null,
    sequence bigint not null,
    deleted boolean not null,
    id bigint not null,
    workspace_id bigint not null,
    type_id bigint not null,
    status_id bigint not null,
    priority_id bigint not null,
    author_id bigint not null,
    assignee_id bigint,
    responsible_id bigint,
    parent_id bigint,
    subject text not null,
    subject_key {sorted} not null,
    description text,
    description_key text not null,
    start_date text,
    due_date text,
    duration bigint,
    work bigint,
    remaining bigint,
    percent bigint,
    lock_version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (account_id, sequence)
);
create index work_package_states_by_time on work_package_states (account_id, created_at, id, sequence);
create index work_package_states_of_workspace on work_package_states (account_id, workspace_id, id, sequence);
create index work_package_states_of_parent on work_package_states (account_id, parent_id, id, sequence)
    where parent_id is not null;

-- Up to which event of an account the states are complete: a store from before this migration is completed when it is opened.
-- An account without work packages has none to complete.
alter table accounts add column work_package_states_sequence bigint not null default 0;
update accounts set work_package_states_sequence = event_sequence where not exists (select 1 from versions v
    where v.account_id = accounts.id and v.subject_type = 'work_package');

-- The order of lists by the time of creation.
create index work_packages_by_time on work_packages (account_id, created_at, id);

-- The figures of workspaces beside their color are read from this index alone.
drop index work_packages_of_workspace;
create index work_packages_of_workspace on work_packages
    (account_id, workspace_id, status_id, due_date, updated_at, work, remaining, id);
