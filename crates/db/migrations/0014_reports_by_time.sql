-- The reports of an account by the time at which they were written.
create index status_reports_of_account_by_time on status_reports (account_id, created_at, id);
