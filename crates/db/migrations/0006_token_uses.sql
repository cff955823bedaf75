-- When a token was last used, by the minute; it is written now and then, and is neither in the log nor in the archive.
alter table tokens add column used_at bigint;
-- When the token ends that a session was begun with.
alter table sessions add column until bigint;
