-- The report templates of accounts. `sections` has their headings and hints, as a JSON list.
create table report_templates (
    account_id bigint not null,
    id {id},
    name text not null,
    is_default boolean not null,
    sections text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id) references accounts (id)
);
create unique index report_templates_default on report_templates (account_id) where is_default;
