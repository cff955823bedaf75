//! What a browser is asked of passkeys, and the picture that apps read.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qrcodegen::{QrCode, QrCodeEcc};

use super::site::OwnSite;
use domain::factors::webauthn::ALGORITHMS;
use domain::factors::{Factor, totp};
use domain::users::User;
use service::params::Params;

/// The name of this service in apps and in browsers.
pub const SERVICE: &str = "Statuary";
/// How long the browser waits for a passkey, in milliseconds.
const PATIENCE: u32 = 120_000;

/// A picture that apps read, with its own margin, in black on white in both themes.
pub fn picture(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{} {}h1v1h-1z", x + 4, y + 4).expect("a text takes any text");
        }
    }
    let whole = size + 8;
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" width=\"208\" height=\"208\" aria-hidden=\"true\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

/// What a browser is asked to make a passkey with (Web Authentication, 5.4), with bytes in base64url.
pub fn creation(site: &OwnSite, challenge: &[u8], user: &User, own: &[Factor]) -> String {
    let known: Vec<_> = own.iter().filter_map(credential).collect();
    let parameters = ALGORITHMS.map(|number| serde_json::json!({"type": "public-key", "alg": number}));
    let handle = URL_SAFE_NO_PAD.encode(format!("{}-{}", user.account_id, user.id));
    serde_json::json!({
        "rp": {"id": site.domain, "name": SERVICE},
        "user": {"id": handle, "name": user.email_address, "displayName": user.full_name},
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "pubKeyCredParams": parameters,
        "excludeCredentials": known,
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "preferred"},
        "attestation": "none",
        "timeout": PATIENCE,
    })
    .to_string()
}

/// What the passkeys of a person are asked (Web Authentication, 5.5).
pub fn request(site: &OwnSite, challenge: &[u8], own: &[Factor]) -> String {
    let known: Vec<_> = own.iter().filter_map(credential).collect();
    serde_json::json!({
        "rpId": site.domain,
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "allowCredentials": known,
        "userVerification": "preferred",
        "timeout": PATIENCE,
    })
    .to_string()
}

fn credential(factor: &Factor) -> Option<serde_json::Value> {
    let id = hex::decode(factor.credential.as_ref()?).ok()?;
    Some(serde_json::json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(id)}))
}

/// Bytes of a form in base64url.
pub fn carried(form: &Params, name: &str) -> Vec<u8> {
    let text = form.text(name).unwrap_or_default();
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default()
}

/// The secret of a new app that a form carries.
pub fn carried_secret(form: &Params) -> Option<Vec<u8>> {
    hex::decode(&*form.text("secret")?).ok().filter(|secret| secret.len() == totp::SECRET)
}
