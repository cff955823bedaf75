-- What was told of the reports that a workspace owes, so that it is told once: `due_at` is the instant of the last reminder
-- before a report is due; `missed_at` the missed instant that was told last, and `times` how often. Nothing from before
-- `quiet_until` is told, because an import brought it in.
create table report_reminders (
    account_id bigint not null,
    workspace_id bigint not null,
    due_at bigint,
    missed_at bigint,
    times bigint not null default 0,
    quiet_until bigint,
    primary key (account_id, workspace_id),
    foreign key (account_id, workspace_id) references workspaces (account_id, id)
);
