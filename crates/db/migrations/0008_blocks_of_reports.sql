-- How many reports of an account have ids from block * size on, up to the next block: where a page starts is found without
-- going through all before it.
create table status_report_blocks (
    account_id bigint not null references accounts (id),
    size bigint not null,
    block bigint not null,
    status_reports bigint not null,
    primary key (account_id, size, block)
);
insert into status_report_blocks (account_id, size, block, status_reports)
    select account_id, 256, id / 256, count(*) from status_reports group by account_id, id / 256;
insert into status_report_blocks (account_id, size, block, status_reports)
    select account_id, 16384, id / 16384, count(*) from status_reports group by account_id, id / 16384;
