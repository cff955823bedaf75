-- Whether a person may sign in and use tokens. What a deactivated person wrote stays.
alter table users add column active boolean not null default true;
