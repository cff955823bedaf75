-- The own fields of accounts, by position. `choices` is a JSON list of texts.
create table fields (
    account_id bigint not null,
    id {id},
    name text not null,
    kind text not null,
    choices text not null,
    position bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id) references accounts (id)
);
-- The tags and the values of own fields of a workspace, as JSON lists. `keys` has what filters compare, ignoring case.
create table workspace_labels (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    tags text not null,
    fields text not null,
    keys text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    unique (account_id, workspace_id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id)
);
