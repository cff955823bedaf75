use super::*;

/// Words that try to become a mention, a link, mark-up, or a longer message.
const HOSTILE: &str = "<!channel> <@U1|x> @everyone @here <users/all> <https://evil.example|safe> [safe](https://evil.example) \
    https://evil.example evil.example www.evil.example **b** *b* _i_ ~s~ `c` ||s|| # h > q \\*x\\* &lt;!here&gt;";

fn hostile() -> Words {
    Words {
        color: Some(Color::Red),
        title: format!("T {HOSTILE}\r\n\u{202e}next"),
        what: "Red".to_owned(),
        sentence: Some(HOSTILE.to_owned()),
        author: Some("@everyone".to_owned()),
        link: Some("https://status.example/status_reports/7".to_owned()),
    }
}

#[test]
fn no_words_become_a_mention_a_link_or_markup() {
    let words = hostile();
    for escape in [slack, google, markdown] {
        let text = words.lines(escape, |_| String::new());
        for live in ["<!", "<@", "<users", "<http", "@everyone", "@here", "https://", "evil.example"] {
            assert!(!text.contains(live), "{live}: {text}");
        }
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains('\u{202e}') && !text.contains('\r'), "{text}");
    }
    for escape in [slack, google] {
        assert!(!escape(HOSTILE).contains(['*', '_', '~', '`', '<', '>']), "{}", escape(HOSTILE));
    }
    assert_eq!(slack("a & b < c"), "a &amp; b &lt; c");
    assert_eq!(slack("&lt;!here&gt;"), "&amp;lt;!here&amp;gt;");
    assert_eq!(markdown("*a* [b](c) \\d #e"), "\\*a\\* \\[b\\]\\(c\\) \\\\d \\#\u{200b}e");
    assert!(!words.lines(markdown, |_| String::new()).contains("]("));
    let card = words.card().to_string();
    for live in ["@everyone", "https://evil", "evil.example"] {
        assert!(!card.contains(live), "{live}: {card}");
    }
    assert!(!card.contains("\"TextBlock\""), "text blocks know Markdown: {card}");
}

#[test]
fn plain_words_stay_as_they_are() {
    let words = Words {
        color: Some(Color::Yellow),
        title: "Harbor rollout".into(),
        what: "Yellow".into(),
        sentence: Some("Vendor slipped one week.".into()),
        author: Some("Ada Park".into()),
        link: Some("https://status.example/status_reports/907".into()),
    };
    assert_eq!(
        words.lines(slack, |link| format!("<{link}|Open>")),
        "🟡 Harbor rollout: Yellow\nVendor slipped one week.\n– Ada Park\n<https://status.example/status_reports/907|Open>"
    );
    let card = words.card();
    let runs = &card["attachments"][0]["content"]["body"];
    assert_eq!(runs[0]["inlines"][0]["text"], "🟡 Harbor rollout");
    assert_eq!(runs[1]["inlines"][0]["color"], "warning");
    assert_eq!(
        card["attachments"][0]["content"]["actions"][0]["url"],
        "https://status.example/status_reports/907"
    );
}

#[test]
fn messages_keep_the_limits_of_the_products() {
    let long = "*_~`@.a".repeat(20_000);
    let words = Words { title: long.clone(), sentence: Some(long.clone()), author: Some(long), ..hostile() };
    let length = |escape| words.lines(escape, str::to_owned).chars().count();
    assert!(length(google) <= LIMITS.1 && length(markdown) <= LIMITS.0, "no link is cut off");
    assert!(words.card().to_string().len() < 28 * 1024);
    assert_eq!((cut("abc", 3), cut("abcd", 3), cut("äöü", 2)), ("abc".into(), "ab…".into(), "ä…".into()));
}

#[test]
fn a_type_reads_as_words() {
    assert_eq!(sentence_of("work_package", "updated"), "Work package updated");
}
