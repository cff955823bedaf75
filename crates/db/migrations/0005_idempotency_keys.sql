-- What was answered to a request that named a key, so that the same request is answered the same and done once.
create table idempotency_keys (
    account_id bigint not null references accounts (id),
    -- Without a reference: a key of a token that is gone is out of reach, and goes when its day is over.
    token_id bigint not null,
    name text not null,
    request_sha256 bytea not null,
    status bigint not null,
    headers text not null,
    body bytea not null,
    created_at bigint not null,
    primary key (account_id, token_id, name)
);
create index idempotency_keys_by_time on idempotency_keys (account_id, created_at);
