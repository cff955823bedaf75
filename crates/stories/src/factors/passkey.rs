//! A passkey of these stories: it signs what it is asked, for the site that the story names.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Answer;

pub struct Passkey(EcdsaKeyPair);

/// The fields of a form.
pub type Fields = Vec<(&'static str, String)>;

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What the page asks.
pub fn question(page: &Answer) -> Value {
    let text = page.text.split("data-question=\"").nth(1).expect("a question");
    let text = text.split('"').next().unwrap_or_default().replace("&#34;", "\"").replace("&quot;", "\"");
    serde_json::from_str(&text).expect("JSON")
}

pub fn pairs(fields: &Fields) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

impl Passkey {
    pub fn new() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        Self(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).expect("a key"))
    }

    fn client(purpose: &str, asked: &Value, origin: &str) -> String {
        json!({"type": purpose, "challenge": asked["challenge"], "origin": origin, "crossOrigin": false})
            .to_string()
    }

    fn data(flags: u8, count: u32) -> Vec<u8> {
        [Sha256::digest("status.example").as_slice(), &[flags], &count.to_be_bytes()].concat()
    }

    /// The answer to the request for a new passkey.
    pub fn register(&self, asked: &Value, origin: &str) -> Fields {
        let point = self.0.public_key().as_ref();
        let key =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]]
                .concat();
        let data = [&Self::data(0x41, 0)[..], &[0; 16], &[0, 3], b"key", &key].concat();
        let length = u8::try_from(data.len()).expect("a short one");
        let attestation =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        let client = Self::client("webauthn.create", asked, origin);
        vec![("client_data", encoded(client)), ("attestation", encoded(attestation))]
    }

    /// The answer to a question.
    pub fn sign(&self, asked: &Value, origin: &str, count: u32) -> Fields {
        let (client, data) = (Self::client("webauthn.get", asked, origin), Self::data(1, count));
        let message = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.0.sign(&SystemRandom::new(), &message).expect("a signature");
        vec![
            ("credential", encoded("key")),
            ("client_data", encoded(client)),
            ("authenticator_data", encoded(data)),
            ("signature", encoded(signature)),
        ]
    }
}
