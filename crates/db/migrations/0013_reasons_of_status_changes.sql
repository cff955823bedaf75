-- Why a workspace was moved, in the words of who moved it.
alter table workspace_status_changes add column reason text;
