-- OAuth: applications, what people grant them, and the sessions of browsers. Secrets are kept as their SHA-256,
-- passwords as argon2id.

alter table users add column password_hash text;

create table applications (
    account_id bigint not null references accounts (id),
    id {id},
    name text not null,
    client_id text not null unique,
    secret_sha256 bytea,
    redirect_uris text not null,
    scopes text,
    creator_id bigint not null,
    created_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id)
);

-- A grant has the code that it was given with; it stays while tokens of it may work, so that the code is known again.
create table grants (
    account_id bigint not null,
    id {id},
    application_id bigint not null,
    user_id bigint not null,
    scopes text,
    redirect_uri text not null,
    code_sha256 bytea not null unique,
    code_challenge text,
    code_challenge_method text,
    code_expires_at bigint not null,
    exchanged_at bigint,
    created_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, application_id) references applications (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index grants_by_user on grants (account_id, user_id);

create table refresh_tokens (
    account_id bigint not null,
    id {id},
    grant_id bigint not null,
    sha256 bytea not null unique,
    created_at bigint not null,
    used_at bigint,
    unique (account_id, id),
    foreign key (account_id, grant_id) references grants (account_id, id)
);
create index refresh_tokens_by_grant on refresh_tokens (account_id, grant_id);

alter table tokens add column application_id bigint references applications (id);
-- Without a reference: SQLite adds no key of two columns to a table, and one of one column would be looked up slowly.
alter table tokens add column grant_id bigint;
alter table tokens add column created_at bigint;
create index tokens_by_application on tokens (account_id, application_id, grant_id);

create table sessions (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    sha256 bytea not null unique,
    created_at bigint not null,
    expires_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index sessions_by_user on sessions (account_id, user_id);
