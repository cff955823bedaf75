-- Who was chosen to lead a workspace. Most have none: their creator leads.
alter table workspaces add column lead_id bigint;
