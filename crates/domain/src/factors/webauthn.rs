//! Passkeys (Web Authentication, level 3): the checks of a registration (7.1) and of a sign-in (7.2) as a second factor. The
//! attestation is not asked for, and not looked at: any authenticator of the person's choice is good.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::cbor::Value;
use base::clock::Time;
use base::signature::{Algorithm, Encoding, PublicKey};

/// The longest answer of an authenticator, in bytes.
pub const LONGEST: usize = 16 * 1024;
/// The longest id of a credential, in bytes.
const LONGEST_ID: usize = 1023;

/// The algorithms by their numbers (RFC 9053), the preferred one first.
pub const ALGORITHMS: [i64; 4] = [-7, -8, -257, -35];

/// The user was present.
const PRESENT: u8 = 0x01;
/// There is a credential in the data.
const ATTESTED: u8 = 0x40;
/// There are extensions in the data.
const EXTENDED: u8 = 0x80;

/// How long a question can be answered, in seconds.
const ANSWERED_WITHIN: i64 = 600;

/// A question, from random bytes: its last eight bytes are the instant at which it is asked.
pub fn challenge(random: [u8; 32], now: Time) -> [u8; 32] {
    let mut challenge = random;
    challenge[24..].copy_from_slice(&now.0.to_be_bytes());
    challenge
}

/// Whether a question of this service can still be answered.
pub fn is_current(challenge: &[u8], now: Time) -> bool {
    let asked = challenge
        .last_chunk::<8>()
        .filter(|_| challenge.len() == 32)
        .map(|bytes| Time(i64::from_be_bytes(*bytes)));
    asked.is_some_and(|asked| now < asked.plus_seconds(ANSWERED_WITHIN))
}

/// The site that asks.
#[derive(Clone, Copy, Debug)]
pub struct Site<'s> {
    /// The origin of its pages.
    pub origin: &'s str,
    /// Its domain, to which passkeys belong.
    pub domain: &'s str,
    /// What it asked, once; empty if it asked nothing.
    pub challenge: &'s [u8],
}

/// A passkey that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Unique at its authenticator.
    pub id: Vec<u8>,
    /// The public key, as COSE writes it.
    pub public_key: Vec<u8>,
    /// The number of signatures so far; some authenticators do not count.
    pub signatures: u32,
}

#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    is_cross_origin: bool,
}

/// The data of an authenticator.
struct Data<'d> {
    flags: u8,
    signatures: u32,
    rest: &'d [u8],
}

impl<'d> Data<'d> {
    fn read(bytes: &'d [u8], site: Site<'_>) -> Result<Self, &'static str> {
        let wrong = "the data of the authenticator cannot be read";
        let (digest, rest) = bytes.split_at_checked(32).ok_or(wrong)?;
        let (flags, rest) = rest.split_first().ok_or(wrong)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(wrong)?;
        if !bool::from(digest.ct_eq(&Sha256::digest(site.domain))) {
            return Err("the passkey is of another site");
        }
        if flags & PRESENT == 0 {
            return Err("nobody was present");
        }
        Ok(Self { flags: *flags, signatures: u32::from_be_bytes(*count), rest })
    }

    /// Checks that after the parts that were read there is nothing but the extensions that the flags name.
    fn ends_with(&self, rest: &[u8]) -> Result<(), &'static str> {
        let rest =
            if self.flags & EXTENDED == 0 { Some(rest) } else { Value::read(rest).map(|(_, rest)| rest) };
        if rest.is_some_and(<[u8]>::is_empty) {
            Ok(())
        } else {
            Err("there is more in the answer than it says")
        }
    }
}

/// Checks what the browser says: what was done, where, and for which challenge.
fn check_client(bytes: &[u8], purpose: &str, site: Site<'_>) -> Result<(), &'static str> {
    let data: ClientData =
        serde_json::from_slice(bytes).map_err(|_| "the data of the browser cannot be read")?;
    if data.r#type != purpose {
        return Err("the answer is for something else");
    }
    let challenge = URL_SAFE_NO_PAD.decode(data.challenge.trim_end_matches('=')).unwrap_or_default();
    // Without a question there is no answer to it, and an empty answer is none.
    if site.challenge.is_empty() || !bool::from(challenge.ct_eq(site.challenge)) {
        return Err("the answer is to another question");
    }
    if data.origin != site.origin || data.is_cross_origin {
        return Err("the answer is from another site");
    }
    Ok(())
}

/// The key and the algorithm in a COSE key.
fn cose_key(bytes: &[u8]) -> Option<(PublicKey, Algorithm, usize)> {
    let (map, rest) = Value::read(bytes)?;
    let field = |name: i64| map.bytes(&Value::Integer(name));
    let (kind, curve) = (map.integer(1)?, map.integer(-1));
    let (key, algorithm) = match (kind, map.integer(3)?, curve) {
        (2, -7, Some(1)) => (PublicKey::of_point(32, field(-2)?, field(-3)?)?, Algorithm::Es256),
        (2, -35, Some(2)) => (PublicKey::of_point(48, field(-2)?, field(-3)?)?, Algorithm::Es384),
        (1, -8, Some(6)) if field(-2)?.len() == 32 => {
            (PublicKey::Ed25519(field(-2)?.to_vec()), Algorithm::EdDsa)
        }
        (3, -257, _) => {
            let (modulus, exponent) = (field(-1)?.to_vec(), field(-2)?.to_vec());
            (PublicKey::Rsa { modulus, exponent }, Algorithm::Rs256)
        }
        _ => return None,
    };
    Some((key, algorithm, bytes.len() - rest.len()))
}

/// Checks the answer to the request for a new passkey.
///
/// # Errors
/// What is wrong with it, for the log.
pub fn registered(
    client_data: &[u8],
    attestation: &[u8],
    site: Site<'_>,
) -> Result<Credential, &'static str> {
    if client_data.len().max(attestation.len()) > LONGEST {
        return Err("the answer is too long");
    }
    check_client(client_data, "webauthn.create", site)?;
    let wrong = "the answer of the authenticator cannot be read";
    let (object, _) = Value::read(attestation).ok_or(wrong)?;
    let data = Data::read(object.bytes(&Value::Text("authData")).ok_or(wrong)?, site)?;
    if data.flags & ATTESTED == 0 {
        return Err("there is no passkey in the answer");
    }
    // After the id of the kind of authenticator.
    let (_, rest) = data.rest.split_at_checked(16).ok_or(wrong)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(wrong)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or(wrong)?;
    if id.is_empty() || id.len() > LONGEST_ID {
        return Err("the id of the passkey is too long");
    }
    let (_, _, length) = cose_key(rest).ok_or("the key of the passkey is of an unknown kind")?;
    data.ends_with(&rest[length..])?;
    Ok(Credential { id: id.to_vec(), public_key: rest[..length].to_vec(), signatures: data.signatures })
}

/// Checks the answer of a passkey. Returns the number of its signatures.
///
/// # Errors
/// What is wrong with it, for the log.
pub fn signed(
    credential: &Credential,
    client_data: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
    site: Site<'_>,
) -> Result<u32, &'static str> {
    if client_data.len().max(authenticator_data.len()).max(signature.len()) > LONGEST {
        return Err("the answer is too long");
    }
    check_client(client_data, "webauthn.get", site)?;
    let data = Data::read(authenticator_data, site)?;
    data.ends_with(data.rest)?;
    let (key, algorithm, _) = cose_key(&credential.public_key).ok_or("the key cannot be read")?;
    let message = [authenticator_data, &Sha256::digest(client_data)].concat();
    if !key.verifies(algorithm, Encoding::Der, &message, signature) {
        return Err("the signature is not that of the passkey");
    }
    // A count that does not grow is that of a copy (7.2, step 22).
    if (data.signatures, credential.signatures) != (0, 0) && data.signatures <= credential.signatures {
        return Err("the passkey was copied");
    }
    Ok(data.signatures)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    const SITE: Site<'static> =
        Site { origin: "https://status.example:8443", domain: "status.example", challenge: b"a question" };

    fn client(purpose: &str, challenge: &[u8], origin: &str) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        format!(r#"{{"type":"{purpose}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into()
    }

    struct Passkey(EcdsaKeyPair);

    impl Passkey {
        fn new() -> Self {
            let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
            let document = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
            Self(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).expect("a key"))
        }

        fn data(domain: &str, flags: u8, count: u32) -> Vec<u8> {
            [Sha256::digest(domain).as_slice(), &[flags], &count.to_be_bytes()].concat()
        }

        fn attestation(&self, domain: &str, flags: u8) -> Vec<u8> {
            let point = self.0.public_key().as_ref();
            let key = [
                &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
                &point[1..33],
                &[0x22, 0x58, 32],
                &point[33..],
            ]
            .concat();
            let data = [&Self::data(domain, flags, 0)[..], &[0; 16], &[0, 3], b"key", &key].concat();
            let length = u8::try_from(data.len()).expect("a short one");
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat()
        }

        fn sign(&self, data: &[u8], client: &[u8]) -> Vec<u8> {
            let message = [data, &Sha256::digest(client)].concat();
            self.0.sign(&SystemRandom::new(), &message).expect("a signature").as_ref().to_vec()
        }
    }

    #[test]
    fn a_passkey_is_registered_for_this_site_and_this_question() {
        let passkey = Passkey::new();
        let good = client("webauthn.create", SITE.challenge, SITE.origin);
        let credential = registered(&good, &passkey.attestation(SITE.domain, 0x41), SITE).expect("a passkey");
        assert_eq!((credential.id.as_slice(), credential.signatures), (&b"key"[..], 0));
        for (client, attestation) in [
            (client("webauthn.get", SITE.challenge, SITE.origin), passkey.attestation(SITE.domain, 0x41)),
            (client("webauthn.create", b"another", SITE.origin), passkey.attestation(SITE.domain, 0x41)),
            (
                client("webauthn.create", SITE.challenge, "https://status.example"),
                passkey.attestation(SITE.domain, 0x41),
            ),
            (good.clone(), passkey.attestation("evil.example", 0x41)),
            (good.clone(), passkey.attestation(SITE.domain, 0x40)),
            (good.clone(), passkey.attestation(SITE.domain, 0x01)),
            (good.clone(), Vec::new()),
            // More after the key than the flags name.
            (good.clone(), passkey.attestation(SITE.domain, 0xc1)),
            (b"{}".to_vec(), passkey.attestation(SITE.domain, 0x41)),
            (good.clone(), vec![0; LONGEST + 1]),
        ] {
            assert!(registered(&client, &attestation, SITE).is_err(), "{}", String::from_utf8_lossy(&client));
        }
        // What was never asked has no answer.
        let unasked = Site { challenge: b"", ..SITE };
        let empty = client("webauthn.create", b"", SITE.origin);
        assert!(registered(&empty, &passkey.attestation(SITE.domain, 0x41), unasked).is_err());
        // However it is cut off, nothing is read behind its end.
        let whole = passkey.attestation(SITE.domain, 0x41);
        for length in 0..whole.len() {
            assert!(registered(&good, &whole[..length], SITE).is_err(), "{length}");
        }
    }

    #[test]
    fn a_question_can_be_answered_for_ten_minutes() {
        let asked = challenge([7; 32], Time(0));
        assert_eq!(&asked[..24], [7; 24]);
        assert!(is_current(&asked, Time(0).plus_seconds(599)));
        assert!(!is_current(&asked, Time(0).plus_seconds(600)));
        assert!(!is_current(b"", Time(0)) && !is_current(&asked[1..], Time(0)));
    }

    #[test]
    fn a_passkey_signs_once_for_this_site() {
        let passkey = Passkey::new();
        let created = client("webauthn.create", SITE.challenge, SITE.origin);
        let mut credential =
            registered(&created, &passkey.attestation(SITE.domain, 0x41), SITE).expect("a passkey");
        let (data, good) =
            (Passkey::data(SITE.domain, 1, 7), client("webauthn.get", SITE.challenge, SITE.origin));
        let signature = passkey.sign(&data, &good);
        assert_eq!(signed(&credential, &good, &data, &signature, SITE), Ok(7));
        assert!(
            signed(&credential, &good, &data, &signature, Site { challenge: b"another", ..SITE }).is_err()
        );
        assert!(signed(&credential, &good, &data, &Passkey::new().sign(&data, &good), SITE).is_err());
        assert!(signed(&credential, &created, &data, &passkey.sign(&data, &created), SITE).is_err());
        for (domain, flags) in [("evil.example", 1), (SITE.domain, 0), (SITE.domain, 0x81)] {
            let data = Passkey::data(domain, flags, 7);
            assert!(signed(&credential, &good, &data, &passkey.sign(&data, &good), SITE).is_err());
        }
        // A copy counts from the same number.
        credential.signatures = 7;
        assert_eq!(signed(&credential, &good, &data, &signature, SITE), Err("the passkey was copied"));
        // Those that do not count are always at zero.
        credential.signatures = 0;
        let data = Passkey::data(SITE.domain, 1, 0);
        assert_eq!(signed(&credential, &good, &data, &passkey.sign(&data, &good), SITE), Ok(0));
    }
}
