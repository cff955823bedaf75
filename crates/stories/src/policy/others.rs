//! Pages, OAuth endpoints, documents and probes: a token gives no access to pages, a session none to APIs.

use axum::http::Method;

use super::rows::Other;

const fn get(route: &'static str, path: &'static str, statuses: [u16; 3]) -> Other {
    Other { method: Method::GET, route, path, statuses }
}

const fn post(route: &'static str, path: &'static str, statuses: [u16; 3]) -> Other {
    Other { method: Method::POST, route, path, statuses }
}

pub fn rows() -> Vec<Other> {
    let mut rows = projects();
    rows.extend(people());
    rows.extend(comments());
    rows.extend(sharing());
    rows.extend(webhooks());
    rows.extend(settings());
    rows.extend(labels());
    rows.extend(desk());
    rows.extend(others());
    rows
}

/// The pages that administer projects.
fn projects() -> Vec<Other> {
    vec![
        get("/start", "/start", [303, 200, 303]),
        post("/workspaces", "/workspaces", [303, 403, 303]),
        get("/workspaces/new", "/workspaces/new", [303, 200, 303]),
        get("/workspaces/import", "/workspaces/import", [303, 200, 303]),
        post("/workspaces/import", "/workspaces/import", [303, 403, 303]),
        get("/workspaces/archived", "/workspaces/archived", [303, 200, 303]),
        post("/workspaces/{id}", "/workspaces/53760", [303, 403, 303]),
        get("/workspaces/{id}/edit", "/workspaces/53760/edit", [303, 200, 303]),
        post("/workspaces/{id}/archived", "/workspaces/53760/archived", [303, 403, 303]),
    ]
}

/// The comments of a report, and who has read it.
fn comments() -> Vec<Other> {
    vec![
        post("/status_reports/{id}/comments", "/status_reports/907/comments", [303, 403, 303]),
        post("/status_reports/{id}/acknowledgement", "/status_reports/907/acknowledgement", [303, 403, 303]),
        get("/comments/{id}", "/comments/7900", [303, 200, 303]),
        post("/comments/{id}", "/comments/7900", [303, 403, 303]),
        get("/comments/{id}/delete", "/comments/7900/delete", [303, 200, 303]),
        post("/comments/{id}/delete", "/comments/7900/delete", [303, 403, 303]),
    ]
}

/// Share links, and the inbox.
fn sharing() -> Vec<Other> {
    vec![
        get("/s/{secret}", "/s/nothing", [404; 3]),
        post("/s/{secret}", "/s/nothing", [404; 3]),
        get("/badge/{name}", "/badge/nothing.svg", [404; 3]),
        get("/share_links", "/share_links", [303, 200, 303]),
        post("/share_links", "/share_links", [303, 403, 303]),
        get("/share_links/{id}/end", "/share_links/7900/end", [303, 200, 303]),
        post("/share_links/{id}/end", "/share_links/7900/end", [303, 403, 303]),
        get("/unsubscribe/{secret}", "/unsubscribe/nothing", [404; 3]),
        post("/unsubscribe/{secret}", "/unsubscribe/nothing", [404; 3]),
        get("/forgotten", "/forgotten", [404; 3]),
        post("/forgotten", "/forgotten", [404; 3]),
        get("/inbox", "/inbox", [303, 200, 303]),
        post("/inbox/read", "/inbox/read", [303, 403, 303]),
        get("/notifications", "/notifications", [303, 200, 303]),
        post("/notifications", "/notifications", [303, 403, 303]),
        post("/workspaces/{id}/watch", "/workspaces/53760/watch", [303, 403, 303]),
    ]
}

/// Webhooks, for administrators.
fn webhooks() -> Vec<Other> {
    vec![
        get("/webhooks", "/webhooks", [303, 200, 303]),
        post("/webhooks", "/webhooks", [303, 403, 303]),
        get("/webhooks/new", "/webhooks/new", [303, 200, 303]),
        get("/webhooks/{id}", "/webhooks/7000", [303, 200, 303]),
        post("/webhooks/{id}", "/webhooks/7000", [303, 403, 303]),
        get("/webhooks/{id}/edit", "/webhooks/7000/edit", [303, 200, 303]),
        post("/webhooks/{id}/enabled", "/webhooks/7000/enabled", [303, 403, 303]),
        get("/webhooks/{id}/secret", "/webhooks/7000/secret", [303, 200, 303]),
        post("/webhooks/{id}/secret", "/webhooks/7000/secret", [303, 403, 303]),
        post("/webhooks/{id}/test", "/webhooks/7000/test", [303, 403, 303]),
        post("/webhooks/{id}/replay", "/webhooks/7000/replay", [303, 403, 303]),
        post(
            "/webhooks/{id}/deliveries/{delivery}/retry",
            "/webhooks/7000/deliveries/1/retry",
            [303, 403, 303],
        ),
        get("/webhooks/{id}/delete", "/webhooks/7000/delete", [303, 200, 303]),
        post("/webhooks/{id}/delete", "/webhooks/7000/delete", [303, 403, 303]),
    ]
}

/// The pages of people, and of one's own account.
fn people() -> Vec<Other> {
    vec![
        get("/account", "/account", [303, 200, 303]),
        post("/account", "/account", [303, 403, 303]),
        post("/account/password", "/account/password", [303, 403, 303]),
        get("/people", "/people", [303, 200, 303]),
        post("/people", "/people", [303, 403, 303]),
        post("/people/invitations", "/people/invitations", [303, 403, 303]),
        get("/people/{id}", "/people/2545", [303, 200, 303]),
        get("/people/{id}/erase", "/people/2545/erase", [303, 200, 303]),
        post("/people/{id}/erase", "/people/2545/erase", [303, 403, 303]),
        get("/people/{id}/export", "/people/2545/export", [303, 200, 303]),
        post("/people/{id}/hand_over", "/people/2545/hand_over", [303, 403, 303]),
        post("/people/{id}", "/people/2545", [303, 403, 303]),
        post("/people/{id}/invitation", "/people/2545/invitation", [303, 403, 303]),
    ]
}

/// The pages of the desk.
fn desk() -> Vec<Other> {
    vec![
        // A message without a body.
        post("/mcp", "/mcp", [401, 401, 400]),
        get("/desk", "/desk", [303, 200, 303]),
        post("/desk/requests", "/desk/requests", [303, 403, 303]),
        get("/desk/drafts", "/desk/drafts", [303, 200, 303]),
        get("/desk/drafts/{id}", "/desk/drafts/7000", [303, 200, 303]),
        post("/desk/drafts/{id}", "/desk/drafts/7000", [303, 403, 303]),
        get("/mine", "/mine", [303, 200, 303]),
        get("/cadence", "/cadence", [303, 200, 303]),
        post("/cadence", "/cadence", [303, 403, 303]),
        get("/workspaces/{id}/cadence", "/workspaces/53760/cadence", [303, 200, 303]),
        post("/workspaces/{id}/cadence", "/workspaces/53760/cadence", [303, 403, 303]),
    ]
}

/// The pages of the settings of an account.
fn settings() -> Vec<Other> {
    vec![
        get("/settings", "/settings", [303, 200, 303]),
        post("/settings", "/settings", [303, 403, 303]),
        get("/sheets", "/sheets", [303, 200, 303]),
        post("/sheets", "/sheets", [303, 403, 303]),
        get("/sheets/{file}", "/sheets/reports.csv", [303, 200, 303]),
        get("/report_templates", "/report_templates", [303, 200, 303]),
        post("/report_templates", "/report_templates", [303, 403, 303]),
        get("/report_templates/new", "/report_templates/new", [303, 200, 303]),
        get("/report_templates/{id}", "/report_templates/7000", [303, 200, 303]),
        post("/report_templates/{id}", "/report_templates/7000", [303, 403, 303]),
        get("/report_templates/{id}/delete", "/report_templates/7000/delete", [303, 200, 303]),
        post("/report_templates/{id}/delete", "/report_templates/7000/delete", [303, 403, 303]),
    ]
}

/// The pages of own fields, labels, saved views and programmes.
fn labels() -> Vec<Other> {
    vec![
        get("/fields", "/fields", [303, 200, 303]),
        post("/fields", "/fields", [303, 403, 303]),
        get("/fields/new", "/fields/new", [303, 200, 303]),
        get("/fields/{id}", "/fields/7000", [303, 200, 303]),
        post("/fields/{id}", "/fields/7000", [303, 403, 303]),
        get("/fields/{id}/delete", "/fields/7000/delete", [303, 200, 303]),
        post("/fields/{id}/delete", "/fields/7000/delete", [303, 403, 303]),
        get("/views", "/views", [303, 200, 303]),
        post("/views", "/views", [303, 403, 303]),
        get("/views/new", "/views/new", [303, 200, 303]),
        get("/views/{id}", "/views/7000", [303, 200, 303]),
        post("/views/{id}", "/views/7000", [303, 403, 303]),
        get("/views/{id}/delete", "/views/7000/delete", [303, 200, 303]),
        post("/views/{id}/delete", "/views/7000/delete", [303, 403, 303]),
        post("/views/{id}/pin", "/views/7000/pin", [303, 403, 303]),
        get("/programmes", "/programmes", [303, 200, 303]),
        post("/programmes", "/programmes", [303, 403, 303]),
        get("/programmes/new", "/programmes/new", [303, 200, 303]),
        get("/programmes/{id}", "/programmes/7000", [303, 200, 303]),
        post("/programmes/{id}", "/programmes/7000", [303, 403, 303]),
        get("/programmes/{id}/pack.pdf", "/programmes/7000/pack.pdf", [303, 200, 303]),
        get("/programmes/{id}/pack.xlsx", "/programmes/7000/pack.xlsx", [303, 200, 303]),
        get("/programmes/{id}/edit", "/programmes/7000/edit", [303, 200, 303]),
        get("/programmes/{id}/delete", "/programmes/7000/delete", [303, 200, 303]),
        post("/programmes/{id}/delete", "/programmes/7000/delete", [303, 403, 303]),
        get("/workspaces/{id}/labels", "/workspaces/53760/labels", [303, 200, 303]),
        post("/workspaces/{id}/labels", "/workspaces/53760/labels", [303, 403, 303]),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn others() -> Vec<Other> {
    vec![
        get("/healthz", "/healthz", [200; 3]),
        get("/readyz", "/readyz", [200; 3]),
        // On its own address if configured.
        get("/metrics", "/metrics", [200; 3]),
        get("/", "/", [303, 200, 303]),
        get("/calendar", "/calendar", [303, 200, 303]),
        post("/calendar", "/calendar", [303, 403, 303]),
        get("/changes", "/changes", [303, 200, 303]),
        get("/portfolio.csv", "/portfolio.csv", [303, 200, 303]),
        get("/portfolio.xlsx", "/portfolio.xlsx", [303, 200, 303]),
        get("/portfolio/pack.pdf", "/portfolio/pack.pdf", [303, 200, 303]),
        get("/portfolio/pack.xlsx", "/portfolio/pack.xlsx", [303, 200, 303]),
        get("/portfolio/cells/{workspace}/{week}", "/portfolio/cells/53760/2026-02-09", [303, 200, 303]),
        get("/workspaces/{id}", "/workspaces/53760", [303, 200, 303]),
        post("/workspaces/{id}/status_changes", "/workspaces/53760/status_changes", [303, 403, 303]),
        get("/workspaces/{id}/reports/new", "/workspaces/53760/reports/new", [303, 200, 303]),
        post("/workspaces/{id}/reports", "/workspaces/53760/reports", [303, 403, 303]),
        get("/status_reports/{id}", "/status_reports/907", [303, 200, 303]),
        post("/status_reports/{id}", "/status_reports/907", [303, 403, 303]),
        get("/status_reports/{id}/edit", "/status_reports/907/edit", [303, 200, 303]),
        post("/status_reports/{id}/restore", "/status_reports/907/restore", [303, 403, 303]),
        post("/status_reports/{id}/delete", "/status_reports/907/delete", [303, 403, 303]),
        get("/workspaces/{id}/work_packages", "/workspaces/53760/work_packages", [303, 200, 303]),
        get("/work_packages/{id}", "/work_packages/7900", [303, 200, 303]),
        post("/work_packages/{id}/status", "/work_packages/7900/status", [303, 403, 303]),
        get("/applications", "/applications", [303, 200, 303]),
        get("/palette", "/palette?q=h", [303, 200, 303]),
        get("/applications/{id}/end", "/applications/1/end", [303, 404, 303]),
        post("/applications/{id}/end", "/applications/1/end", [303, 403, 303]),
        get("/tokens", "/tokens", [303, 200, 303]),
        post("/tokens", "/tokens", [303, 403, 303]),
        get("/tokens/{id}/revoke", "/tokens/1/revoke", [303, 200, 303]),
        post("/tokens/{id}/revoke", "/tokens/1/revoke", [303, 403, 303]),
        post("/sessions/{id}/end", "/sessions/1/end", [303, 403, 303]),
        get("/workspaces/{id}/people", "/workspaces/53760/people", [303, 200, 303]),
        post("/workspaces/{id}/people", "/workspaces/53760/people", [303, 403, 303]),
        post("/workspaces/{id}/people/{part}", "/workspaces/53760/people/1", [303, 403, 303]),
        get("/workspaces/{id}/people/{part}/remove", "/workspaces/53760/people/1/remove", [303, 200, 303]),
        post("/workspaces/{id}/people/{part}/remove", "/workspaces/53760/people/1/remove", [303, 403, 303]),
        post("/workspaces/{id}/milestones", "/workspaces/53760/milestones", [303, 403, 303]),
        get("/milestones/{id}", "/milestones/7000", [303, 200, 303]),
        post("/milestones/{id}", "/milestones/7000", [303, 403, 303]),
        post("/milestones/{id}/done", "/milestones/7000/done", [303, 403, 303]),
        get("/milestones/{id}/delete", "/milestones/7000/delete", [303, 200, 303]),
        post("/milestones/{id}/delete", "/milestones/7000/delete", [303, 403, 303]),
        get("/meeting", "/meeting", [303, 200, 303]),
        post("/workspaces/{id}/notes", "/workspaces/53760/notes", [303, 403, 303]),
        post("/notes/{id}/done", "/notes/7000/done", [303, 403, 303]),
        get("/notes/{id}/delete", "/notes/7000/delete", [303, 200, 303]),
        post("/notes/{id}/delete", "/notes/7000/delete", [303, 403, 303]),
        get("/statuses", "/statuses", [303, 200, 303]),
        post("/statuses", "/statuses", [303, 403, 303]),
        get("/statuses/new", "/statuses/new", [303, 200, 303]),
        get("/statuses/{id}", "/statuses/1", [303, 200, 303]),
        post("/statuses/{id}", "/statuses/1", [303, 403, 303]),
        post("/statuses/{id}/place", "/statuses/1/place", [303, 403, 303]),
        get("/statuses/{id}/delete", "/statuses/2/delete", [303, 200, 303]),
        post("/statuses/{id}/delete", "/statuses/2/delete", [303, 403, 303]),
        // Preferences need no session, but with a session they need its CSRF token.
        get("/preferences", "/preferences", [200; 3]),
        post("/preferences", "/preferences", [303, 403, 303]),
        get("/login", "/login", [200, 303, 200]),
        post("/login", "/login", [422, 422, 422]),
        get("/login/{secret}", "/login/nothing", [404; 3]),
        post("/login/{secret}", "/login/nothing", [404; 3]),
        // No provider is set up.
        get("/login/openid", "/login/openid", [404; 3]),
        get("/login/openid/callback", "/login/openid/callback", [404; 3]),
        post("/login/openid/logout", "/login/openid/logout", [404; 3]),
        get("/login/factor", "/login/factor", [303; 3]),
        post("/login/factor", "/login/factor", [303; 3]),
        get("/account/factors", "/account/factors", [303, 200, 303]),
        post("/account/factors", "/account/factors", [303, 403, 303]),
        get("/account/factors/new", "/account/factors/new", [303, 200, 303]),
        get("/account/factors/codes", "/account/factors/codes", [303, 200, 303]),
        post("/account/factors/codes", "/account/factors/codes", [303, 403, 303]),
        get("/account/factors/{id}/remove", "/account/factors/1/remove", [303, 404, 303]),
        post("/account/factors/{id}/remove", "/account/factors/1/remove", [303, 403, 303]),
        get("/people/{id}/factors/reset", "/people/2551/factors/reset", [303, 200, 303]),
        post("/people/{id}/factors/reset", "/people/2551/factors/reset", [303, 403, 303]),
        post("/account/openid", "/account/openid", [303, 403, 303]),
        post("/people/{id}/identities/{identity}/end", "/people/2545/identities/1/end", [303, 403, 303]),
        // Without a session there is nothing to end; with one, its CSRF token is required.
        post("/logout", "/logout", [303, 403, 303]),
        get("/setup/{secret}", "/setup/nothing", [404; 3]),
        post("/setup/{secret}", "/setup/nothing", [404; 3]),
        get("/invitations/{secret}", "/invitations/nothing", [404; 3]),
        post("/invitations/{secret}", "/invitations/nothing", [404; 3]),
        get(
            "/oauth/authorize",
            "/oauth/authorize?client_id=board&redirect_uri=https%3A%2F%2Fboard.example%2Fcb&response_type=code",
            [303, 200, 303],
        ),
        post("/oauth/authorize", "/oauth/authorize", [303, 403, 303]),
        get("/assets/{name}", "/assets/nothing.css", [404; 3]),
        // A user's token is not a client secret.
        post("/oauth/token", "/oauth/token", [401; 3]),
        post("/oauth/register", "/oauth/register", [400; 3]),
        post("/oauth/revoke", "/oauth/revoke", [401; 3]),
        post("/oauth/introspect", "/oauth/introspect", [401; 3]),
        get("/openid/userinfo", "/openid/userinfo", [401, 401, 200]),
        post("/openid/userinfo", "/openid/userinfo", [401, 401, 200]),
        get("/openid/discovery/keys", "/openid/discovery/keys", [200; 3]),
        get("/.well-known/openid-configuration", "/.well-known/openid-configuration", [200; 3]),
        get("/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server", [200; 3]),
        get(
            "/.well-known/oauth-protected-resource/mcp",
            "/.well-known/oauth-protected-resource/mcp",
            [200; 3],
        ),
        get("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource", [200; 3]),
        get(
            "/.well-known/oauth-protected-resource/api/v3",
            "/.well-known/oauth-protected-resource/api/v3",
            [200; 3],
        ),
        get("/api/v1/openapi", "/api/v1/openapi", [200; 3]),
        get("/openapi", "/api/v3/openapi", [401, 401, 200]),
        get("/spec", "/api/v3/spec", [401, 401, 200]),
        get("/spec.yml", "/api/v3/spec.yml", [401, 401, 200]),
        get("/openapi.json", "/api/statuary/v1/openapi.json", [200; 3]),
        get("/robots.txt", "/robots.txt", [200; 3]),
        get("/problems", "/problems", [200; 3]),
        get("/problems/{name}", "/problems/forbidden", [200; 3]),
        get("/docs", "/docs", [303; 3]),
        get("/docs/", "/docs/", [200; 3]),
        get("/docs/{*file}", "/docs/index.css", [200; 3]),
    ]
}
