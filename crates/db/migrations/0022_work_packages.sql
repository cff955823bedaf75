-- Work packages and their activities. Work and remaining work are hundredths of an hour; the keys are for searches and orders.
-- A parent may come after its child in an archive, so no constraint has it; the check of the store does.
create table work_packages (
    account_id bigint not null,
    id {id},
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
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, status_id) references statuses (account_id, id),
    foreign key (account_id, author_id) references users (account_id, id),
    foreign key (account_id, assignee_id) references users (account_id, id),
    foreign key (account_id, responsible_id) references users (account_id, id)
);
create index work_packages_of_workspace on work_packages (account_id, workspace_id, status_id, id);
create index work_packages_in_status on work_packages (account_id, status_id, id);
create index work_packages_of_parent on work_packages (account_id, parent_id, id) where parent_id is not null;

create table work_package_activities (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    work_package_id bigint not null,
    version bigint not null,
    user_id bigint,
    comment text,
    comment_key text not null,
    details text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, work_package_id, version),
    foreign key (account_id, work_package_id) references work_packages (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
