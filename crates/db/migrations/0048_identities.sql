-- Who signs in with a provider of OpenID Connect: a person and the subject that the provider knows them by.
create table identities (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    issuer text not null,
    subject text not null,
    created_at bigint not null,
    unique (account_id, id),
    unique (account_id, user_id, issuer),
    unique (subject, issuer),
    foreign key (account_id, user_id) references users (account_id, id)
);
-- The identity with which a session began, what the provider calls the session, and the token with which it is ended there.
-- Without a reference: SQLite adds no key of two columns to a table.
alter table sessions add column identity_id bigint;
alter table sessions add column provider_session text;
alter table sessions add column id_token text;
create index sessions_of_provider on sessions (provider_session, account_id, id) where provider_session is not null;
