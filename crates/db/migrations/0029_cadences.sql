-- How often workspaces have to report. `terms` is a JSON list of every rule that a cadence had, the last one in force; what was
-- missed under an earlier rule stays missed. Without a workspace it is that of the account, for workspaces without their own.
create table cadences (
    account_id bigint not null,
    id {id},
    workspace_id bigint,
    owner_id bigint,
    terms text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    foreign key (account_id) references accounts (id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, owner_id) references users (account_id, id)
);
create unique index cadences_by_workspace on cadences (account_id, workspace_id);
create unique index cadences_of_accounts on cadences (account_id) where workspace_id is null;

-- Requests for a report. A request is open until a report comes after it. Where both have the same instant, `last_report_id`
-- decides: the newest report of the workspace at the time of the request.
create table report_requests (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    user_id bigint not null,
    message text,
    last_report_id bigint,
    created_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index report_requests_by_workspace on report_requests (account_id, workspace_id, id);
