-- Erasures of people. The content of an erased event is another than the one that the chain has hashed: `content_sha256` is
-- the digest of the content as it was, and `erased_events` binds each change of content to its erasure, whose own event
-- has the digest of these rows (docs/reference/event-log.md).
alter table events add column content_sha256 bytea;
create table erasures (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    events bigint not null,
    seal text not null,
    created_at bigint not null,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create table erased_events (
    account_id bigint not null,
    sequence bigint not null,
    erasure_id bigint not null,
    before_sha256 bytea not null,
    after_sha256 bytea not null,
    primary key (account_id, sequence, erasure_id),
    foreign key (account_id, erasure_id) references erasures (account_id, id)
);
