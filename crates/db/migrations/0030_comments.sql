-- Comments on status reports, and who has read a report. Both stay while a report is deleted, so that they are there again
-- when it is restored; a deleted report is in another table, so that no foreign key refers to reports. `mentions` is a JSON
-- list of people.
create table comments (
    account_id bigint not null,
    id {id},
    status_report_id bigint not null,
    text text not null,
    author_id bigint not null,
    mentions text not null,
    created_at bigint not null,
    edited_at bigint,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id, author_id) references users (account_id, id)
);
create index comments_by_report on comments (account_id, status_report_id, id);
create table acknowledgements (
    account_id bigint not null,
    id {id},
    status_report_id bigint not null,
    user_id bigint not null,
    created_at bigint not null,
    unique (account_id, id),
    unique (account_id, status_report_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);
