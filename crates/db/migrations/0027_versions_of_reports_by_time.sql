-- The workspace of the report of a version, and when the report was created: the reports of a workspace in the past are
-- then one range of an index.
alter table versions add column workspace_id bigint;
alter table versions add column created_at bigint;
update versions set
    workspace_id = coalesce(
        (select r.workspace_id from status_reports r
            where r.account_id = versions.account_id and r.id = versions.subject_id),
        (select d.workspace_id from deleted_status_reports d
            where d.account_id = versions.account_id and d.id = versions.subject_id)),
    created_at = (select c.effective from versions c
        where c.account_id = versions.account_id and c.subject_type = versions.subject_type
            and c.subject_id = versions.subject_id and c.kind = 'created' and c.sequence <= versions.sequence
        order by c.sequence desc limit 1)
    where subject_type = 'status_report';
create index versions_of_reports_by_time on versions
    (account_id, workspace_id, created_at, subject_id, effective, sequence, at, kind, color)
    where workspace_id is not null;
