-- Who of a side came first, which every list of workspaces tells of each: found without going through the account's
-- participations.
create index participations_by_side on participations (account_id, workspace_id, side, id, user_id);
