-- PostgreSQL plans the queries of a function in SQL at each insertion, which took five times as long as the rest of the insertion; those
-- of a function in PL/pgSQL are planned once for each connection. The function has the same words as before. It calls no function of
-- this schema, because programs that restore a dump have none in their search path. A shorter list of waiting entries of the
-- index makes the write that empties it wait less.
--! sqlite
--! postgres
do $do$
declare
    letters text := coalesce((select quote_ident(c.collname) from pg_catalog.pg_collation c
        where c.collname in ('pg_c_utf8', 'und-x-icu') and c.collencoding in (-1, 6)
        order by c.collname limit 1), '"default"');
begin
    execute format($create$
        create or replace function report_words(description text, details text) returns tsvector
        language plpgsql immutable parallel safe as $sql$
        declare
            content text := description;
            words text[];
        begin
            if details <> '[]' then
                content := content || ' ' || coalesce((select string_agg(d ->> 'description', ' ')
                    from json_array_elements(details::json) d), '');
            end if;
            content := regexp_replace(
                lower(content collate pg_catalog.%1$s) collate pg_catalog.%1$s, '[^[:alnum:]\u0300-\u036f]+', ' ', 'g');
            words := array(select left(word, 256) from unnest(string_to_array(content, ' ')) as s (word) where word <> '');
            if octet_length(description) + octet_length(details) >= 600000 then
                words := array(
                    select word from (
                        select word, sum(octet_length(word)) over (order by word collate "C") as size
                        from (select distinct unnest(words) as word) d) s
                    where size < 1000000);
            end if;
            return array_to_tsvector(words);
        end $sql$ $create$, letters);
end $do$;
alter index status_reports_by_words set (gin_pending_list_limit = 256);
