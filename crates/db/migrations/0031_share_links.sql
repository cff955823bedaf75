-- Links with which people without a login read chosen workspaces. `workspace_ids` and `parts` are JSON lists; the store has
-- the digest of a link's secret, and the hash of its password. `views` and `last_viewed_at` are of the page and of its sheet.
create table share_links (
    account_id bigint not null,
    id {id},
    workspace_ids text not null,
    weeks bigint not null,
    parts text not null,
    expires_at bigint,
    password_hash text,
    sha256 bytea not null unique,
    creator_id bigint not null,
    created_at bigint not null,
    views bigint not null default 0,
    last_viewed_at bigint,
    unique (account_id, id),
    foreign key (account_id, creator_id) references users (account_id, id)
);
