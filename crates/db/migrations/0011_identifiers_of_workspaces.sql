-- The identifier that a client chose for a project in the OpenProject surface. Most workspaces have none: theirs is derived
-- from the title and the id.
alter table workspaces add column identifier text;
create unique index workspaces_by_identifier on workspaces (account_id, identifier) where identifier is not null;
