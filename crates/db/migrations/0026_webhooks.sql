-- The endpoints to which events are delivered. `types` and `workspace_ids` are JSON lists; null stands for all.
-- An endpoint of an archive has no `secret` until it is rotated. `read_sequence` is the last event that was considered for
-- it, `due_at` the first attempt that waits, `failing_since` the first failure after the last success, and `leased_until`
-- the end of the turn of a process, by the clock of its machine.
create table webhook_endpoints (
    account_id bigint not null,
    id {id},
    url text not null,
    description text,
    types text,
    workspace_ids text,
    format text not null,
    enabled boolean not null,
    disabled_reason text,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    secret text,
    old_secret text,
    old_secret_ends_at bigint,
    read_sequence bigint not null default 0,
    due_at bigint,
    failing_since bigint,
    leased_until bigint,
    unique (account_id, id),
    foreign key (account_id) references accounts (id)
);
-- The deliveries of events to endpoints. `attempts` is a JSON list; `tries` counts those of the current series.
-- `next_attempt_at` is null once a delivery has succeeded or failed. A test has no `event_sequence`.
create table webhook_deliveries (
    account_id bigint not null,
    id {id},
    endpoint_id bigint not null,
    event_sequence bigint,
    message_id text not null,
    type text not null,
    state text not null,
    attempts text not null,
    tries bigint not null,
    next_attempt_at bigint,
    created_at bigint not null,
    unique (account_id, id),
    unique (account_id, endpoint_id, event_sequence),
    foreign key (account_id, endpoint_id) references webhook_endpoints (account_id, id)
);
create index webhook_deliveries_by_endpoint on webhook_deliveries (account_id, endpoint_id, id);
create index webhook_deliveries_due on webhook_deliveries (account_id, endpoint_id, id) where next_attempt_at is not null;
-- The events that imports appended to the log. Nobody is told of them.
create table imported_events (
    account_id bigint not null,
    first_sequence bigint not null,
    last_sequence bigint not null,
    primary key (account_id, last_sequence),
    foreign key (account_id) references accounts (id)
);
