-- Drafts of status reports, which programs write and people publish or discard. A closed draft stays, with the sources of its
-- sentences and the report that came from it.
create table report_drafts (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    color text not null,
    description text not null,
    details text not null,
    sentences text not null,
    agent text not null,
    creator_id bigint not null,
    updater_id bigint,
    state text not null,
    closer_id bigint,
    closed_at bigint,
    report_id bigint,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id),
    foreign key (account_id, updater_id) references users (account_id, id),
    foreign key (account_id, closer_id) references users (account_id, id)
);
create index report_drafts_by_state on report_drafts (account_id, state, id);
create index report_drafts_by_workspace on report_drafts (account_id, workspace_id, state, id);
