-- Second factors of people who sign in with a password: `secret` is that of an authenticator app, or the public key of a passkey;
-- `counter` the last step of a code that was used, or the number of signatures.
create table factors (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    kind text not null,
    name text not null,
    secret bytea not null,
    credential bytea,
    counter bigint not null,
    created_at bigint not null,
    used_at bigint,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index factors_of_people on factors (account_id, user_id, id);
create unique index factors_by_credential on factors (account_id, credential) where credential is not null;
-- The digests of the recovery codes of a person that were not used, and the wrong codes since an instant. A person with a factor has a row.
create table recovery_codes (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    digests text not null,
    remaining bigint not null,
    created_at bigint not null,
    wrong bigint not null,
    wrong_since bigint,
    unique (account_id, id),
    unique (account_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);
-- Whether people who sign in with a password need a second factor.
alter table accounts add column requires_factor boolean not null default false;
-- What a session still waits for before it opens pages: a second factor, or that the person sets one up; whether a second factor was
-- given in it; and what a passkey is asked.
alter table sessions add column awaits text;
alter table sessions add column is_proven boolean not null default false;
alter table sessions add column challenge bytea;
