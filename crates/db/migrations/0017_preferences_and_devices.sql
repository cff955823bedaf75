-- The language and the time zone that a person chose, and what is known of the browser of a session.
alter table users add column language text;
alter table users add column time_zone text;
alter table sessions add column agent text;
alter table sessions add column used_at bigint;
