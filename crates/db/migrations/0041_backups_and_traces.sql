-- The schedule of backups, one row for the whole store: the last time at which one was due and was made, when the last one was
-- made, and the end of the turn of the process that makes one, by the clock of its machine.
create table backup_schedule (
    id bigint primary key,
    due_at bigint not null,
    made_at bigint,
    leased_until bigint
);
insert into backup_schedule (id, due_at) values (1, 0);
-- The trace contexts (W3C `traceparent`) of the requests that appended events, for the deliveries of these events.
create table event_traces (
    account_id bigint not null,
    last_sequence bigint not null,
    first_sequence bigint not null,
    traceparent text not null,
    primary key (account_id, last_sequence)
);
