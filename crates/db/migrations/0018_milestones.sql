-- The milestones of workspaces. `earlier` has the due dates before the present one, as a JSON list.
create table milestones (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    name text not null,
    due_date text not null,
    done_date text,
    earlier text not null,
    creator_id bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id)
);
create index milestones_by_workspace on milestones (account_id, workspace_id, due_date, id);
