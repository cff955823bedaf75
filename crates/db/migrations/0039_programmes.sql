-- Programmes: workspaces whose health is rolled up by a rule. `rule` is a JSON object; `members` a JSON list of workspaces with
-- their weights.
create table programmes (
    account_id bigint not null,
    id {id},
    name text not null,
    description text not null,
    rule text not null,
    members text not null,
    created_at bigint not null,
    updated_at bigint not null,
    version bigint not null default 1,
    unique (account_id, id),
    foreign key (account_id) references accounts (id)
);
