-- Holds every column that a feed of an account's events is narrowed by, so that the log's own rows are read only for
-- the page that is shown.
create index events_by_time
    on events (account_id, at, sequence, subject_type, kind, subject_id, actor_id);
