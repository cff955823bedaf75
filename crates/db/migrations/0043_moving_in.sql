-- The records that came from another system: its address, the kind of record and its id there, the id here, and the digest of
-- the record as it last came. `created` is false for a record that was here before and stands for it.
create table source_records (
    account_id bigint not null,
    source text not null,
    kind text not null,
    source_id bigint not null,
    own_id bigint not null,
    digest text not null,
    created boolean not null,
    primary key (account_id, source, kind, source_id),
    foreign key (account_id) references accounts (id)
);
-- How far an import from another system came that has not ended.
create table source_positions (
    account_id bigint not null,
    source text not null,
    stage bigint not null,
    place bigint not null,
    primary key (account_id, source),
    foreign key (account_id) references accounts (id)
);
