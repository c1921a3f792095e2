//! The test vectors of docs/sealed-file.md, by the steps that the page describes.

use std::collections::BTreeMap;

use crate::harness::mode;
use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

const PAGE: &str = include_str!("../../docs/sealed-file.md");
const ENTRY: &[u8] = b"igconnect sealed file 1: entry";
const CHECK: &[u8] = b"igconnect sealed file 1: check";

type Vector = BTreeMap<&'static str, &'static str>;

fn vectors() -> Vec<Vector> {
    let blocks = PAGE.split("```text\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let fields = |line: &'static str| {
        line.split_once(' ')
            .map(|(name, value)| (name, value.trim()))
    };
    blocks
        .map(|block| block.lines().filter_map(fields).collect())
        .collect()
}

fn bytes(vector: &Vector, name: &str) -> Vec<u8> {
    HEXLOWER.decode(vector[name].as_bytes()).unwrap()
}

#[test]
fn the_vectors_of_the_page_open_by_its_own_steps() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        let (key, file) = (bytes(vector, "key"), bytes(vector, "file"));
        if let Some(passphrase) = vector.get("passphrase") {
            let cost = |name: &str| vector[name].parse().unwrap();
            let params =
                Params::new(cost("memory"), cost("passes"), cost("lanes"), Some(32)).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let mut stretched = vec![0; 32];
            let salt = bytes(vector, "pass_salt");
            argon2
                .hash_password_into(passphrase.as_bytes(), &salt, &mut stretched)
                .unwrap();
            assert_eq!(stretched, key);
        }
        let mut check = [0; 32];
        let derived = Salt::new(HKDF_SHA256, &file).extract(&key);
        let filled = derived
            .expand(&[CHECK], HKDF_SHA256)
            .map(|okm| okm.fill(&mut check));
        filled.unwrap().unwrap();
        assert_eq!(check[..16], bytes(vector, "key_check"));
        let sealed = bytes(vector, "sealed");
        let (salt, ciphertext) = sealed.split_at(32);
        assert_eq!(salt, bytes(vector, "salt"));
        let derived = Salt::new(HKDF_SHA256, salt).extract(&key);
        let derived = derived.expand(&[ENTRY], &CHACHA20_POLY1305).unwrap();
        let cipher = LessSafeKey::new(UnboundKey::from(derived));
        let bound = Aad::from([ENTRY, &file, vector["name"].as_bytes()].concat());
        let mut text = ciphertext.to_vec();
        let opened = cipher.open_in_place(Nonce::assume_unique_for_key([0; 12]), bound, &mut text);
        assert_eq!(opened.unwrap(), vector["text"].as_bytes());
    }
}

/// The program itself opens a file that was made by the vectors alone.
#[test]
fn the_program_reads_a_file_that_was_made_by_the_page() {
    let vector = &vectors()[0];
    let world = crate::harness::World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    let key = world.given("seal.key", vector["key"]);
    world.set_env("IGCONNECT_SEAL_KEY_FILE", key);
    world.set_env("IGCONNECT_SEAL_WITH", "file");
    let folder = world.sandbox_folder();
    std::fs::create_dir_all(&folder).unwrap();
    let sealed = folder.join("sealed.sqlite");
    let database = rusqlite::Connection::open(&sealed).unwrap();
    let tables = "CREATE TABLE seal (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), file BLOB NOT NULL,
            source TEXT NOT NULL, salt BLOB, memory INTEGER, passes INTEGER, lanes INTEGER, key_check BLOB NOT NULL) STRICT;
        CREATE TABLE entry (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
        PRAGMA application_id = 0x69676373; PRAGMA user_version = 1;";
    database.execute_batch(tables).unwrap();
    let seal = "INSERT INTO seal (only_one, file, source, key_check) VALUES (1, ?1, 'file', ?2)";
    let header = (bytes(vector, "file"), bytes(vector, "key_check"));
    database.execute(seal, header).unwrap();
    let entry = "INSERT INTO entry (name, sealed) VALUES (?1, ?2)";
    database
        .execute(entry, (vector["name"], bytes(vector, "sealed")))
        .unwrap();
    drop(database);
    for path in [folder.parent().unwrap(), &folder] {
        mode::set(path, 0o700);
    }
    // Its entry is not a token of igconnect, but the file and its key are good.
    let check = world.sandbox(&["store", "check"]).run().assert_code(0);
    check.assert_never_warns("key");
}
