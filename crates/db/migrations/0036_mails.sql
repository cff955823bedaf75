-- Whether the service sends mail, and the key that signs the links in mails of the account.
alter table accounts add column sends_mail boolean not null default false;
alter table accounts add column mail_key bytea;
-- The mails that wait to be sent, each written in the transaction of its cause. A mail that was sent, or that cannot be sent, is
-- deleted. `kind` is that of a notification, or `invitation` or `password_reset`, which have the `secret` of their link.
-- `leased_until` is the end of the turn of a process, by the clock of its machine.
create table mails (
    account_id bigint not null,
    id {id},
    kind text not null,
    user_id bigint not null,
    at bigint not null,
    workspace_id bigint,
    report_id bigint,
    comment_id bigint,
    by_id bigint,
    text text not null,
    secret text,
    attempts bigint not null default 0,
    next_attempt_at bigint not null,
    leased_until bigint,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id),
    foreign key (account_id, by_id) references users (account_id, id)
);
create index mails_due on mails (next_attempt_at, account_id, id);
-- The last Monday for which a person got the digest, or from which on they get it.
create table digests (
    account_id bigint not null,
    user_id bigint not null,
    last_at bigint not null,
    primary key (account_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);
-- Requests for links with which people choose a new password. The account is 0, because it is found out later, so that the
-- answer does not depend on it.
create table password_requests (
    account_id bigint not null,
    id {id},
    email_key text not null,
    at bigint not null,
    unique (account_id, email_key)
);
