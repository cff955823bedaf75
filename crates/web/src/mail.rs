//! The text of mails, in the language and the time zone of their reader: a subject, a plain text, and HTML. Texts of people are one
//! line each, without characters that control how they are shown.

use askama::Template;
use axum::http::{HeaderMap, Uri};

use super::changes;
use super::inbox;
use super::layout::Layout;
use super::reader::Reader;
use base::clock::Time;
use domain::invitations;
use domain::mails::digest::Digest;
use domain::mails::{Cause, Content};
use domain::notifications::Kind;
use service::settings::Settings;

/// The longest text of a person in a mail, in characters.
const LONGEST: usize = 300;
/// The longest title of a project in a subject, in characters.
const LONGEST_TITLE: usize = 120;

/// What a mail says.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The code of the language.
    pub language: &'static str,
    /// The URL that ends mails of this kind.
    pub stop: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Notice<'l> {
    layout: &'l Layout,
    base: &'l str,
    stop: Option<&'l str>,
    subject: &'l str,
    title: String,
    what: String,
    by: String,
    text: String,
    button: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct PlainNotice<'n> {
    layout: &'n Layout,
    base: &'n str,
    stop: Option<&'n str>,
    title: &'n str,
    what: &'n str,
    by: &'n str,
    text: &'n str,
    button: &'n str,
    link: &'n str,
}

#[derive(Template)]
#[template(path = "mail/digest.html")]
struct Week<'w> {
    layout: &'w Layout,
    base: &'w str,
    stop: Option<&'w str>,
    subject: &'w str,
    what: String,
    span: String,
    owed: Vec<(String, String, String)>,
    sections: Vec<(&'static str, Vec<Line>)>,
    more: usize,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/digest.txt")]
struct PlainWeek<'w> {
    layout: &'w Layout,
    base: &'w str,
    stop: Option<&'w str>,
    what: &'w str,
    span: &'w str,
    owed: &'w [(String, String, String)],
    sections: &'w [(&'static str, Vec<Line>)],
    more: usize,
    link: &'w str,
}

/// A project of a digest.
struct Line {
    project: String,
    path: String,
    /// What it was and what it is, in words.
    change: String,
    text: String,
    by: String,
}

/// A text on one line, cut to a number of characters, without characters that control how it is shown.
fn one_line(text: &str, longest: usize) -> String {
    let controls = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String =
        text.chars().take(4 * longest).map(|letter| if controls(letter) { ' ' } else { letter }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((cut, _)) => format!("{} …", line[..cut].trim_end()),
        None => line,
    }
}

/// What a mail says.
///
/// # Errors
/// If a template fails.
pub fn letter(settings: &Settings, content: &Content, now: Time) -> Result<Letter, askama::Error> {
    let reader = Reader::of(settings, &HeaderMap::new(), &Uri::from_static("/"), now);
    let layout = Layout::plain(reader.for_person(&content.reader));
    let base = settings.url();
    let stop = content.unsubscribe.as_ref().map(|link| format!("{base}/unsubscribe/{link}"));
    let (subject, text, html) = match &content.digest {
        Some(digest) => week(&layout, &base, stop.as_deref(), digest)?,
        None => notice(&layout, &base, stop.as_deref(), content)?,
    };
    Ok(Letter { subject, text, html, language: layout.reader.language.code(), stop })
}

fn notice(
    layout: &Layout,
    base: &str,
    stop: Option<&str>,
    content: &Content,
) -> Result<(String, String, String), askama::Error> {
    let mail = &content.mail;
    let by = one_line(content.by.as_deref().unwrap_or_default(), LONGEST);
    let short = |text: &str| one_line(text, LONGEST);
    let secret = mail.secret.as_deref().unwrap_or_default();
    let t = |key: &str| layout.t(key).into_owned();
    let (subject, title, what, text, button, link) = match mail.cause {
        Cause::Notification(kind) => {
            let title = short(content.title.as_deref().unwrap_or_default());
            let what = t(inbox::label(kind));
            let subject = format!("{}: {what}", one_line(&title, LONGEST_TITLE));
            let text = short(&inbox::words(&layout.reader, kind, &mail.text));
            let path = mail.workspace_id.map(|id| inbox::path(id, mail.report_id, mail.comment_id));
            let button = t(match (kind, mail.report_id) {
                (Kind::Comment | Kind::Mention, _) => "mail-open-comment",
                (_, Some(_)) => "mail-open-report",
                (_, None) => "project-open",
            });
            (subject, title, what, text, button, path.unwrap_or_default())
        }
        Cause::Invitation => {
            let title = t("mail-invitation");
            (
                title.clone(),
                title,
                t("mail-invitation-text"),
                t("mail-link-once"),
                t("mail-choose-password"),
                invitations::path(secret),
            )
        }
        Cause::PasswordReset => {
            let title = t("mail-reset");
            (
                title.clone(),
                title,
                t("mail-reset-text"),
                t("mail-link-once"),
                t("mail-choose-password"),
                invitations::path(secret),
            )
        }
    };
    let link = format!("{base}{link}");
    let plain = PlainNotice {
        layout,
        base,
        stop,
        title: &title,
        what: &what,
        by: &by,
        text: &text,
        button: &button,
        link: &link,
    };
    let plain = plain.render()?;
    let html = Notice { layout, base, stop, subject: &subject, title, what, by, text, button, link };
    let html = html.render()?;
    Ok((subject, plain, html))
}

fn week(
    layout: &Layout,
    base: &str,
    stop: Option<&str>,
    digest: &Digest,
) -> Result<(String, String, String), askama::Error> {
    let what = layout.t(inbox::label(Kind::WeeklyDigest)).into_owned();
    let reader = &layout.reader;
    let (from, to) = (digest.window.from, digest.window.to);
    let span = changes::span_words(layout, (from, to));
    let subject = format!("{what}: {span}");
    let due = |at: Time| reader.minute(&reader.zoned(at));
    let owed = digest.owed.iter().map(|row| {
        let due = row.due.filter(|_| row.state.is_owed()).map(|one| due(one.at)).unwrap_or_default();
        (one_line(&row.title, LONGEST), format!("/workspaces/{}/reports/new", row.id), due)
    });
    let owed: Vec<_> = owed.collect();
    let shown = |row: changes::Row| Line {
        project: one_line(&row.title, LONGEST),
        path: row
            .report
            .map_or_else(|| format!("/workspaces/{}", row.id), |id| format!("/status_reports/{id}")),
        change: match (row.was, row.is) {
            (Some(was), Some(is)) => {
                one_line(&format!("{} {} {}", was.text, layout.t("arrow-forward"), is.text), LONGEST)
            }
            (one, other) => one.or(other).map(|side| one_line(&side.text, LONGEST)).unwrap_or_default(),
        },
        text: one_line(&row.text, LONGEST),
        by: one_line(&row.who, LONGEST),
    };
    let sections = changes::sections(layout, digest.window, &digest.changes, &digest.people);
    let sections: Vec<_> = sections
        .into_iter()
        .map(|section| (section.key, section.rows.into_iter().map(shown).collect()))
        .collect();
    let link = format!("{base}/changes?from={from}&to={to}");
    let more = digest.more;
    let plain = PlainWeek {
        layout,
        base,
        stop,
        what: &what,
        span: &span,
        owed: &owed,
        sections: &sections,
        more,
        link: &link,
    };
    let plain = plain.render()?;
    let html =
        Week { layout, base, stop, subject: &subject, what, span, owed, sections, more, link }.render()?;
    Ok((subject, plain, html))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{AccountId, ReportId, UserId, WorkspaceId};
    use domain::mails::Mail;
    use domain::users::User;

    fn content(language: &str, title: &str, text: &str) -> Content {
        let mail = Mail {
            id: 7,
            account_id: AccountId(415),
            cause: Cause::Notification(Kind::HealthWorsened),
            user_id: UserId(2551),
            at: Time(0),
            workspace_id: Some(WorkspaceId(53760)),
            report_id: Some(ReportId(907)),
            comment_id: None,
            by_id: Some(UserId(2545)),
            text: text.to_owned(),
            secret: None,
            attempts: 0,
        };
        let reader = User {
            id: UserId(2551),
            account_id: AccountId(415),
            full_name: "Bo Lind".into(),
            email_address: "bo@example.com".into(),
            headline: None,
            photo_path: None,
            administrator: false,
            created_at: None,
            password_hash: None,
            active: true,
            language: Some(language.into()),
            time_zone: Some("Europe/Berlin".into()),
        };
        let unsubscribe = Some("415.2551.health_worsened.00".into());
        Content {
            mail,
            reader,
            by: Some("Ada <Park>".into()),
            title: Some(title.into()),
            unsubscribe,
            digest: None,
        }
    }

    fn written(content: &Content) -> Letter {
        let settings =
            Settings { public_url: Some("https://status.example/x".into()), ..Settings::default() };
        letter(&settings, content, Time(0)).expect("a letter")
    }

    #[test]
    fn both_parts_name_title_person_sentence_and_links() {
        for (language, what) in [
            ("en", "The health got worse"),
            ("de", "Der Zustand hat sich verschlechtert"),
            ("he", "המצב הורע"),
        ] {
            let letter = written(&content(language, "Harbor & Quay", "The crane is down."));
            assert_eq!(
                (letter.subject.as_str(), letter.language),
                (&*format!("Harbor & Quay: {what}"), language)
            );
            for part in ["The crane is down.", "https://status.example/x/status_reports/907", what] {
                assert!(letter.text.contains(part) && letter.html.contains(part), "{part}: {}", letter.html);
            }
            let stop = "https://status.example/x/unsubscribe/415.2551.health_worsened.00";
            assert_eq!(letter.stop.as_deref(), Some(stop));
            assert!(letter.text.contains(stop) && letter.html.contains(&format!("href=\"{stop}\"")));
            assert!(letter.text.contains("Harbor & Quay") && letter.html.contains("Harbor &#38; Quay"));
            assert!(letter.text.contains("Ada <Park>") && letter.html.contains("Ada &#60;Park&#62;"));
        }
        assert!(written(&content("he", "Harbor", "")).html.contains("<html lang=\"he\" dir=\"rtl\">"));
    }

    #[test]
    fn texts_of_people_cannot_leave_their_line() {
        let hostile = "A\r\nBcc: eve@example.com\r\n\r\n<script>\u{202e}x\u{2066}\0</script>";
        let letter = written(&content("en", hostile, hostile));
        assert_eq!(letter.subject, "A Bcc: eve@example.com <script> x </script>: The health got worse");
        assert!(!letter.html.contains("<script>") && letter.html.contains("&#60;script&#62;"));
        assert!(letter.text.lines().all(|line| !line.starts_with("Bcc")), "{}", letter.text);
        let long = written(&content("en", &"Ä".repeat(500_000), &"ß".repeat(500_000)));
        assert!(long.subject.chars().count() < 200 && long.html.len() < 6_000 && long.text.len() < 3_000);
    }
}
