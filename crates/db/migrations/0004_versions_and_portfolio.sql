-- How often a row was written, its making included: what a writer has seen, and whether it is still so.
alter table workspaces add column version bigint not null default 1;
alter table status_reports add column version bigint not null default 1;

-- Holds all that a grid of workspaces and weeks shows of a report.
create index status_reports_by_time on status_reports (account_id, workspace_id, created_at, id, color);
