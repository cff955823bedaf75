-- The decisions and actions of workspaces.
create table notes (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    is_action boolean not null,
    text text not null,
    owner_id bigint,
    due_date text,
    done_date text,
    creator_id bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, owner_id) references users (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id)
);
create index notes_by_workspace on notes (account_id, workspace_id, id);
