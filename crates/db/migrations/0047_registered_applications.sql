-- Whether an application registered itself (RFC 7591), and no administrator knows it.
alter table applications add column self_registered boolean not null default false;
