//! The words of reports, by which they are found.

use super::database::Database;
use crate::{Error, Scope, Statement, bind, statement};

/// The collation of the function, by a name that is the same on each version.
const LETTERS: &str = "do $do$
begin
    execute format('create collation letters from pg_catalog.%I', (select collname from pg_collation
        where collname in ('pg_c_utf8', 'und-x-icu') order by collname limit 1));
end $do$";

/// The words of a report, and those that a plain query finds.
const WORDS: Statement = statement!(
    "select cast(report_words(:description, :details) as text), coalesce(cast(array_to_tsvector(array(
        select left(word, 256) from unnest(string_to_array(regexp_replace(lower(cast(:description as text) || ' ' ||
                coalesce((select string_agg(d ->> 'description', ' ') from json_array_elements(cast(:details as json)) d), '')
                collate letters) collate letters, '[^[:alnum:]\\u0300-\\u036f]+', ' ', 'g'), ' ')) as s (word)
        where word <> '')) as text), '')"
);

#[tokio::test]
async fn the_words_are_those_of_a_plain_query() {
    let database = Database::create().await;
    let db = database.open().await;
    let made = db.write(Scope::Store, |conn| Box::pin(async move { conn.script(LETTERS).await }));
    made.await.expect("a collation");
    let long = |letter: &str, times: usize| letter.repeat(times);
    let descriptions = [
        String::new(),
        " ".into(),
        "Risks: none.\tOn-time (99%), \"quoted\" and don't\nstop".into(),
        "\\ back\\slash \\u0041".into(),
        "Łódź ΑΣ İstanbul Straße 日本語 ½ x² e\u{301}tat \u{1f680}".into(),
        long("a", 256),
        long("b", 257),
        format!("{} {}", long("é", 300), long("ß", 120)),
        long("one two ", 60),
    ];
    let details = [
        "[]".to_owned(),
        r#"[{"category":"Scope","color":"red","description":"Null, true and 12"}]"#.into(),
        r#"[{"description":"first"},{"color":"red"},{"description":null},{"description":""},{"description":"last"}]"#
            .into(),
        r#"[{"description":"a\nb \"c\" \u00e9t\u00e9 \\ d"},{"description":"Plain"}]"#.into(),
        r#"[{"description":"Ünïcode, «quoted»"}]"#.into(),
        format!(r#"[{{"description":"{}"}}]"#, long("d", 400)),
    ];
    for description in descriptions {
        for details in &details {
            let (text, list) = (description.clone(), details.clone());
            let found = db.query_one_shot(move |conn| {
                Box::pin(async move {
                    let query = bind![WORDS; description: &text, details: &list];
                    let pair = conn.first(&query, |row| Ok([row.get::<String>(0)?, row.get(1)?])).await?;
                    Ok::<_, Error>(pair.expect("a row"))
                })
            });
            let [words, plain] = found.await.expect("words");
            assert_eq!(words, plain, "{description:?} {details}");
        }
    }
}
