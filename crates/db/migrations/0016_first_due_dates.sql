-- The first due date that a workspace had, from which its slip is counted. The log has it for the workspaces of before: no
-- JSON text has an unescaped quotation mark inside of a value, so that the name of the member is found as it is written.
alter table workspaces add column first_due_date text;
create table first_due_events (account_id bigint not null, subject_id bigint not null, sequence bigint not null,
    primary key (account_id, subject_id));
insert into first_due_events (account_id, subject_id, sequence)
    select account_id, subject_id, min(sequence) from events
    where subject_type = 'workspace' and instr(after, '"due_date":"') > 0 group by account_id, subject_id;
update workspaces set first_due_date = coalesce(
    (select substr(e.after, instr(e.after, '"due_date":"') + 12, 10) from first_due_events f
        join events e on e.account_id = f.account_id and e.sequence = f.sequence
        where f.account_id = workspaces.account_id and f.subject_id = workspaces.id),
    due_date);
drop table first_due_events;
