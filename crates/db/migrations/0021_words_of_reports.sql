-- The words of reports: of the text and of the comments on categories. `report_texts` takes a query and has the ids of the
-- reports that match, in a column of the same name on both engines; the engine keeps it in the transaction that writes the
-- report. SQLite: a query of FTS5. PostgreSQL: a text, whose words are the beginnings of words of the report.
--! sqlite
create virtual table report_texts
    using fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0');
insert into report_texts (rowid, text)
    select id, description || ' ' || coalesce((select group_concat(d.value ->> '$.description', ' ')
        from json_each(details) d), '')
    from status_reports;
create trigger status_reports_text_added after insert on status_reports begin
    insert into report_texts (rowid, text) values (new.id, new.description || ' ' ||
        coalesce((select group_concat(d.value ->> '$.description', ' ') from json_each(new.details) d), ''));
end;
create trigger status_reports_text_changed after update of description, details on status_reports
when new.description <> old.description or new.details <> old.details begin
    delete from report_texts where rowid = old.id;
    insert into report_texts (rowid, text) values (new.id, new.description || ' ' ||
        coalesce((select group_concat(d.value ->> '$.description', ' ') from json_each(new.details) d), ''));
end;
create trigger status_reports_text_deleted after delete on status_reports begin
    delete from report_texts where rowid = old.id;
end;
--! postgres
-- Letters and their cases by Unicode, whatever the locale of the database is.
do $do$
declare
    letters text := coalesce((select quote_ident(c.collname) from pg_catalog.pg_collation c
        where c.collname in ('pg_c_utf8', 'und-x-icu') and c.collencoding in (-1, 6)
        order by c.collname limit 1), '"default"');
begin
    execute format($create$
        create function words_in(content text) returns text[] language sql immutable parallel safe as $sql$
            select array(select left(word, 256) from regexp_split_to_table(
                lower(content collate pg_catalog.%1$s) collate pg_catalog.%1$s, '[^[:alnum:]\u0300-\u036f]+') as s (word)
                where word <> '')
        $sql$ $create$, letters);
end $do$;
-- An index of words takes a megabyte of different ones; the words of a longer text are cut.
create function report_words(description text, details text) returns tsvector language sql immutable parallel safe as $sql$
    select case when octet_length(description) + octet_length(details) < 600000 then array_to_tsvector(w.words)
        else array_to_tsvector(array(
            select word from (
                select word, sum(octet_length(word)) over (order by word collate "C") as size
                from (select distinct unnest(w.words) as word) d) s
            where size < 1000000)) end
    from (select words_in(description || ' ' || coalesce((select string_agg(d ->> 'description', ' ')
        from json_array_elements(details::json) d), '')) as words) w
$sql$;
alter table status_reports add column words tsvector generated always as (report_words(description, details)) stored;
create index status_reports_by_words on status_reports using gin (words);
create function report_texts(query text) returns table ("rowid" bigint) language sql stable as $sql$
    select r.id from status_reports r where r.words @@
        (select string_agg('''' || word || ''':*', ' & ')::tsquery from unnest(words_in(query)) as u (word))
$sql$;
