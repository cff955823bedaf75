-- Who of a side came first, which every list of workspaces tells of each: found without going through the account's
-- participations.
create index participations_by_side on participations (account_id, workspace_id, side, id, user_id);

-- Links with which people choose their passwords: one a person, gone when it was taken up.
create table invitations (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    sha256 bytea not null unique,
    created_at bigint not null,
    expires_at bigint not null,
    unique (account_id, id),
    unique (account_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);
