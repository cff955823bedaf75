-- Views of the portfolio that people saved. `query` is the query of its page; shared views are seen by others.
create table saved_views (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    name text not null,
    query text not null,
    shared boolean not null,
    is_default boolean not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id, user_id) references users (account_id, id)
);
create index saved_views_of_people on saved_views (account_id, user_id, id);
create index saved_views_shared on saved_views (account_id, id) where shared;
create unique index saved_views_default on saved_views (account_id, user_id) where is_default;
