-- One text for both engines. {id}: the id column; {sorted}: text that is ordered by its bytes.
-- Instants are microseconds since 1970 UTC, dates ISO text, lists JSON text.

create table accounts (
    id {id},
    name text not null,
    status_reports bigint not null default 0,
    event_sequence bigint not null default 0,
    event_hash bytea not null
);

create table users (
    account_id bigint not null references accounts (id),
    id {id},
    full_name {sorted} not null,
    email_address text not null,
    email_key text not null,
    headline text,
    photo_path text,
    administrator boolean not null,
    created_at bigint,
    unique (account_id, id),
    unique (account_id, email_key)
);
create index users_by_email on users (email_key);

create table tokens (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    name text not null,
    sha256 bytea not null unique,
    scopes text,
    expires_at bigint,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);

create table statuses (
    account_id bigint not null references accounts (id),
    id {id},
    name text not null,
    name_key text not null,
    is_closed boolean not null,
    color text,
    is_default boolean not null,
    is_readonly boolean not null,
    excluded_from_totals boolean not null,
    default_done_ratio bigint not null,
    position bigint not null,
    unique (account_id, id),
    unique (account_id, name_key)
);
create unique index statuses_default on statuses (account_id) where is_default;

create table workspaces (
    account_id bigint not null references accounts (id),
    id {id},
    title text not null,
    title_key {sorted} not null,
    search_text text not null,
    description text,
    start_date text,
    due_date text,
    archived boolean not null,
    status_key bigint not null,
    access_level text not null,
    project_status text,
    status_explanation text,
    creator_id bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id)
);
create index workspaces_by_update on workspaces (account_id, updated_at);

-- Narrow on purpose: it changes with every report and change, the workspace's own row does not.
create table workspace_counters (
    account_id bigint not null,
    workspace_id bigint not null,
    status_reports bigint not null default 0,
    status_changes bigint not null default 0,
    primary key (account_id, workspace_id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id)
);

create table participations (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    user_id bigint not null,
    side text not null,
    permission text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, workspace_id, user_id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index participations_by_user on participations (account_id, user_id, side, workspace_id);

create table status_reports (
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
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id),
    foreign key (account_id, updater_id) references users (account_id, id)
);
create index status_reports_by_workspace on status_reports (account_id, workspace_id, id);

create table workspace_status_changes (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    user_id bigint not null,
    from_status_key bigint,
    to_status_key bigint not null,
    created_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index workspace_status_changes_by_time on workspace_status_changes (account_id, workspace_id, created_at, id);

create table external_references (
    account_id bigint not null,
    id {id},
    subject_type text not null,
    subject_id bigint not null,
    workspace_id bigint not null,
    service_name text not null,
    service_model text not null,
    service_model_ref text not null,
    status text,
    external_link text,
    external_message text,
    external_status text,
    locked boolean not null,
    last_synced_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, subject_type, subject_id, service_name),
    foreign key (account_id, workspace_id) references workspaces (account_id, id)
);
create index external_references_by_service on external_references (account_id, service_name, service_model_ref);

create table events (
    account_id bigint not null references accounts (id),
    sequence bigint not null,
    previous_hash bytea not null,
    at bigint not null,
    actor_id bigint,
    surface text not null,
    kind text not null,
    subject_type text not null,
    subject_id bigint not null,
    before text,
    after text,
    primary key (account_id, sequence)
);
