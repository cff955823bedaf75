-- The events of workspaces, reports, status changes and statuses by subject, each with the instant from which it holds
-- (effective) and the instant from which the store knew it (at), and with what lists are narrowed and ordered by. The
-- contents are in the events.
create table versions (
    account_id bigint not null,
    sequence bigint not null,
    subject_type text not null,
    subject_id bigint not null,
    number bigint not null,
    kind text not null,
    at bigint not null,
    effective bigint not null,
    color text,
    archived boolean,
    status_key bigint,
    title_key {sorted},
    search_text text,
    updated_at bigint,
    primary key (account_id, sequence)
);
create index versions_by_subject on versions
    (account_id, subject_type, subject_id, effective, sequence, at, kind, color, number);

-- Up to which event of an account the versions are complete: a store from before this migration is completed when it is
-- opened.
alter table accounts add column versions_sequence bigint not null default 0;

-- Reports that were deleted, and can be restored. They have a table of their own, so that nothing else shows them.
create table deleted_status_reports (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    color text not null,
    description text not null,
    details text not null,
    creator_id bigint not null,
    updater_id bigint,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    deleted_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id),
    foreign key (account_id, updater_id) references users (account_id, id)
);
create index deleted_status_reports_by_time
    on deleted_status_reports (account_id, workspace_id, created_at, id, color);
create index deleted_status_reports_of_account_by_time on deleted_status_reports (account_id, created_at, id);

-- The versions that a report had in another store, before it was imported.
create table status_report_versions (
    account_id bigint not null,
    id {id},
    status_report_id bigint not null,
    version bigint not null,
    change text not null,
    at bigint not null,
    user_id bigint,
    surface text not null,
    report text not null,
    unique (account_id, id),
    unique (account_id, status_report_id, version),
    foreign key (account_id, user_id) references users (account_id, id)
);
