-- People and groups as a directory names them (SCIM): its names and ids of people, its groups and their members.
create table directory_entries (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    user_name text not null,
    user_name_key text not null,
    external_id text,
    given_name text,
    family_name text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, user_id),
    unique (account_id, user_name_key),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index directory_entries_by_external_id on directory_entries (account_id, external_id)
    where external_id is not null;
create table directory_groups (
    account_id bigint not null references accounts (id),
    id {id},
    display_name text not null,
    display_key text not null,
    external_id text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, display_key)
);
create table directory_members (
    account_id bigint not null,
    id {id},
    group_id bigint not null,
    user_id bigint not null,
    created_at bigint not null,
    unique (account_id, id),
    unique (account_id, group_id, user_id),
    foreign key (account_id, group_id) references directory_groups (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index directory_members_of_people on directory_members (account_id, user_id, group_id);
