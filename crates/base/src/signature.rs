//! Signatures of others: those of `OpenID` providers (RFC 7518, RFC 8037) and of passkeys (RFC 9053), verified by ring.

use ring::signature::{self as known, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};

/// An algorithm of signatures with a public key, by its name in JOSE. Those with a shared secret are not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in RFC 7518 and RFC 8037")]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// An RSA key of 2048 to 8192 bits: its modulus and its exponent, as big-endian numbers.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The exponent.
        exponent: Vec<u8>,
    },
    /// A point of the curve P-256, uncompressed.
    P256(Vec<u8>),
    /// A point of the curve P-384, uncompressed.
    P384(Vec<u8>),
    /// A point of Ed25519.
    Ed25519(Vec<u8>),
}

/// How a signature of an elliptic curve is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Two numbers of fixed length, as in a JWS.
    Fixed,
    /// ASN.1 in DER, as of a passkey.
    Der,
}

impl Algorithm {
    /// The algorithm with a name of JOSE.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }
}

impl PublicKey {
    /// The key with the coordinates of a point of P-256 or P-384, which have the length of the field.
    pub fn of_point(length: usize, x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != length || y.len() != length {
            return None;
        }
        let point = [&[4], x, y].concat();
        match length {
            32 => Some(Self::P256(point)),
            48 => Some(Self::P384(point)),
            _ => None,
        }
    }

    /// Whether a signature of a message is valid: made with this key and this algorithm, which has to be one for such a key.
    pub fn verifies(
        &self,
        algorithm: Algorithm,
        encoding: Encoding,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let of_bytes = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
        };
        match self {
            Self::Rsa { modulus, exponent } => {
                let parameters = match algorithm {
                    Algorithm::Rs256 => &known::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Rs384 => &known::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Rs512 => &known::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::Ps256 => &known::RSA_PSS_2048_8192_SHA256,
                    Algorithm::Ps384 => &known::RSA_PSS_2048_8192_SHA384,
                    Algorithm::Ps512 => &known::RSA_PSS_2048_8192_SHA512,
                    Algorithm::Es256 | Algorithm::Es384 | Algorithm::EdDsa => return false,
                };
                // ring refuses leading zeros.
                let bare = |number: &'_ [u8]| -> Vec<u8> {
                    number.iter().copied().skip_while(|byte| *byte == 0).collect()
                };
                RsaPublicKeyComponents { n: bare(modulus), e: bare(exponent) }
                    .verify(parameters, message, signature)
                    .is_ok()
            }
            Self::P256(point) if algorithm == Algorithm::Es256 => match encoding {
                Encoding::Fixed => of_bytes(&known::ECDSA_P256_SHA256_FIXED, point),
                Encoding::Der => of_bytes(&known::ECDSA_P256_SHA256_ASN1, point),
            },
            Self::P384(point) if algorithm == Algorithm::Es384 => match encoding {
                Encoding::Fixed => of_bytes(&known::ECDSA_P384_SHA384_FIXED, point),
                Encoding::Der => of_bytes(&known::ECDSA_P384_SHA384_ASN1, point),
            },
            Self::Ed25519(point) if algorithm == Algorithm::EdDsa => of_bytes(&known::ED25519, point),
            Self::P256(_) | Self::P384(_) | Self::Ed25519(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// RFC 7515, A.2 and A.3, and RFC 8037, A.4.
    fn examples() -> [(PublicKey, Algorithm, String, &'static str); 3] {
        const CLAIMS: &str =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        const RSA: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        const OF_RSA: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let message = |header: &str| format!("{header}.{CLAIMS}");
        [
            (
                PublicKey::Rsa { modulus: bytes(RSA), exponent: vec![0, 1, 0, 1] },
                Algorithm::Rs256,
                message("eyJhbGciOiJSUzI1NiJ9"),
                OF_RSA,
            ),
            (
                PublicKey::of_point(
                    32,
                    &bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                    &bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
                )
                .expect("a point"),
                Algorithm::Es256,
                message("eyJhbGciOiJFUzI1NiJ9"),
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            (
                PublicKey::Ed25519(bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")),
                Algorithm::EdDsa,
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
        ]
    }

    #[test]
    fn only_the_message_the_key_and_the_algorithm_of_a_signature_verify_it() {
        for (key, algorithm, message, signature) in examples() {
            let signature = bytes(signature);
            let verifies = |message: &str, signature: &[u8]| {
                key.verifies(algorithm, Encoding::Fixed, message.as_bytes(), signature)
            };
            assert!(verifies(&message, &signature), "{algorithm:?}");
            assert!(!verifies(&message[1..], &signature), "{algorithm:?}");
            let mut changed = signature.clone();
            changed[9] ^= 1;
            assert!(!verifies(&message, &changed) && !verifies(&message, &[]), "{algorithm:?}");
            for (other, own, ..) in examples() {
                let is_own = own == algorithm;
                let by_other = other.verifies(algorithm, Encoding::Fixed, message.as_bytes(), &signature);
                assert_eq!(by_other, is_own, "{algorithm:?} with a key for {own:?}");
                let as_other = key.verifies(own, Encoding::Fixed, message.as_bytes(), &signature);
                assert_eq!(as_other, is_own, "{own:?} with a key for {algorithm:?}");
            }
        }
    }

    #[test]
    fn algorithms_with_a_shared_secret_and_without_a_signature_are_unknown() {
        for name in ["none", "None", "HS256", "HS512", "rs256", "ES256K", "ES512", ""] {
            assert_eq!(Algorithm::named(name), None, "{name}");
        }
        assert!(PublicKey::of_point(32, &[1; 31], &[1; 32]).is_none());
        assert!(PublicKey::of_point(66, &[1; 66], &[1; 66]).is_none());
    }
}
