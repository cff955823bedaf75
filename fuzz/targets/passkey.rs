//! See `statuary::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| statuary::fuzzing::passkey(bytes));
