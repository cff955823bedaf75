-- Who watches which workspace against what follows from their part in it.
create table watches (
    account_id bigint not null,
    id {id},
    workspace_id bigint not null,
    user_id bigint not null,
    is_watching boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, workspace_id, user_id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
-- Which notifications come by e-mail. `email` is a JSON object of the kinds that differ from their default.
create table notification_settings (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    email text not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);
-- What people were told, written with its cause. It follows from the log, which has no events of it.
create table inbox_items (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    kind text not null,
    at bigint not null,
    is_read boolean not null default false,
    workspace_id bigint not null,
    report_id bigint,
    comment_id bigint,
    by_id bigint,
    text text not null,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, by_id) references users (account_id, id)
);
create index inbox_items_by_user on inbox_items (account_id, user_id, id);
create index inbox_items_unread on inbox_items (account_id, user_id) where not is_read;
create index inbox_items_by_comment on inbox_items (account_id, comment_id) where comment_id is not null;
