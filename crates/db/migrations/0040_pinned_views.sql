-- The saved views that people pinned to the portfolio, as a JSON list of ids.
create table view_pins (
    account_id bigint not null,
    id {id},
    user_id bigint not null,
    views text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (account_id, id),
    unique (account_id, user_id),
    foreign key (account_id, user_id) references users (account_id, id)
);

-- Programmes have versions, too, by which they are read in the past. An event that makes one holds from when the record was
-- created, which an archive can bring; the others hold from their own time.
insert into versions (account_id, sequence, subject_type, subject_id, number, kind, at, effective)
select e.account_id, e.sequence, e.subject_type, e.subject_id,
    row_number() over (partition by e.account_id, e.subject_id order by e.sequence), e.kind, e.at,
    case when e.kind = 'created' then coalesce((select p.created_at from programmes p
        where p.account_id = e.account_id and p.id = e.subject_id), e.at) else e.at end
from events e join accounts a on a.id = e.account_id
where e.subject_type = 'programme' and e.sequence <= a.versions_sequence;
