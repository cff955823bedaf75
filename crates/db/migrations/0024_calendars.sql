-- The working calendars of accounts; an account without one has the usual one. The days are JSON lists.
create table calendars (
    account_id bigint not null,
    id {id},
    time_zone text not null,
    working_days text not null,
    opens text not null,
    closes text not null,
    holidays text not null,
    unique (account_id),
    unique (account_id, id)
);
