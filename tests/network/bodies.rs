//! Bodies that are not quite right, hundreds for each endpoint: each field in every wrong form, cut at each byte, changed
//! at random, refusals of every kind. What each says is judged by the oracle, and the program has to agree with it.

use super::endpoint::{Case, Endpoint, good, object, reply};
use super::forms::{PASSING, REFUSALS, VALUES, WHOLE};
use super::oracle::{follows, read};
use super::scene::Scenes;
use super::trials::judge;
use crate::harness::faulty::Step;
use crate::harness::random::Random;
use crate::harness::sweep::{size, spread, try_all};

/// In the ordinary run, for each endpoint. The whole of it is a command of its own (README.md).
const SAMPLE: usize = 40;

/// Changed at random, for each endpoint, beside all that is systematic.
const CHANGED: usize = 250;

/// A body and the status that it comes under.
#[derive(Clone)]
struct Body {
    case: Case,
    status: u16,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = String::from_utf8_lossy(&self.bytes);
        let shown: String = text.chars().take(300).collect();
        write!(f, "{:?}, {}: {shown:?}", self.case, self.status)
    }
}

/// All of an endpoint, each for one of the commands that ask there.
fn bodies(endpoint: Endpoint, random: &mut Random) -> Vec<Body> {
    let whole = |text: &&str| (200, text.replace("{}", &endpoint.body()).into_bytes());
    let refusals = REFUSALS
        .iter()
        .flat_map(|text| [200, 400].map(|status| (status, text.as_bytes().to_vec())));
    let all = (fields(endpoint).into_iter().map(|bytes| (200, bytes)))
        .chain(WHOLE.iter().map(whole))
        .chain(refusals)
        .chain(
            PASSING
                .iter()
                .map(|(text, status)| (*status, text.as_bytes().to_vec())),
        )
        .chain(
            encodings(&endpoint.body())
                .into_iter()
                .map(|bytes| (200, bytes)),
        )
        .chain(cut(&endpoint.body()).into_iter().map(|bytes| (200, bytes)))
        .chain((0..CHANGED).map(|_| (200, changed(endpoint, random))));
    let cases: &[Case] = match endpoint {
        Endpoint::Exchange => &[Case::LoginExchange],
        Endpoint::Extend => &[Case::LoginExtend],
        Endpoint::Refresh => &[
            Case::RefreshRefresh,
            Case::RefreshRefresh,
            Case::TokenRefresh,
        ],
        Endpoint::Me => &[Case::VerifyMe, Case::RefreshMe, Case::LoginMe],
    };
    (all.zip(cases.iter().cycle()))
        .map(|((status, bytes), case)| Body {
            case: *case,
            status,
            bytes,
        })
        .collect()
}

/// Each field in every form, away, and there twice.
fn fields(endpoint: Endpoint) -> Vec<Vec<u8>> {
    let good = endpoint.fields();
    let mut bodies = Vec::new();
    for (place, (name, value)) in good.iter().enumerate() {
        let with = |replaced: Vec<(&str, String)>| {
            let rest = [&good[..place], &replaced, &good[place + 1..]].concat();
            object(&rest).into_bytes()
        };
        let long = |letter: &str, count| format!("\"{}\"", letter.repeat(count));
        let values = VALUES.iter().map(|value| (*value).to_owned());
        let built = [
            long("a", 2_000),
            long("1", 5_000),
            long("a", 300_000),
            long("東", 1_000),
            format!("{}{}", "[".repeat(100), "]".repeat(100)),
            "[".repeat(5_000),
            format!("[{value}]"),
            format!("{{\"{name}\":{value}}}"),
        ];
        bodies.extend(values.chain(built).map(|value| with(vec![(name, value)])));
        bodies.push(with(vec![]));
        bodies.push(with(vec![(name, value.clone()), (name, value.clone())]));
        bodies.push(with(vec![(name, "null".to_owned()), (name, value.clone())]));
        bodies.push(with(vec![(&name.to_uppercase(), value.clone())]));
        bodies.push(with(vec![(&format!("{name} "), value.clone())]));
        bodies.push(with(vec![(&name.replace('_', "\\u005f"), value.clone())]));
    }
    bodies
}

/// The good body in other clothes.
fn encodings(body: &str) -> Vec<Vec<u8>> {
    let wide = |bytes: fn(u16) -> [u8; 2]| body.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    let latin: Vec<_> = body
        .replace("gram", "gr\u{e4}m")
        .chars()
        .map(|c| c as u8)
        .collect();
    vec![
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        [vec![0xff, 0xfe], wide(u16::to_le_bytes)].concat(),
        [vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat(),
        body.chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect(),
        latin,
        body.replace(':', ":\u{a0}").into_bytes(),
        body.replace('"', "\u{201d}").into_bytes(),
        body.bytes().rev().collect(),
        body.repeat(2).into_bytes(),
    ]
}

/// The good body, cut after each of its bytes.
fn cut(body: &str) -> Vec<Vec<u8>> {
    (0..body.len())
        .map(|end| body.as_bytes()[..end].to_vec())
        .collect()
}

/// The good body with up to three bytes changed, put in or taken out.
fn changed(endpoint: Endpoint, random: &mut Random) -> Vec<u8> {
    const LIKELY: &[u8] = b"\"\\{}[],: \n0123456789-+.eEutfn\0\x7f\x80\xc3\xff";
    let mut bytes = endpoint.body().into_bytes();
    for _ in 0..=random.below(3) {
        let place = random.below(bytes.len());
        let byte = match random.below(3) {
            0 => random.next().to_le_bytes()[0],
            _ => LIKELY[random.below(LIKELY.len())],
        };
        match random.below(4) {
            0 => drop(bytes.remove(place)),
            1 => bytes.insert(place, byte),
            _ => bytes[place] = byte,
        }
    }
    bytes
}

/// Tries a sample, or as many as were asked for.
fn try_bodies_of(endpoint: Endpoint) {
    let all = bodies(endpoint, &mut Random::new());
    assert!(all.len() >= 500, "only {} bodies", all.len());
    let scenes = Scenes::default();
    let what = format!("bodies at {endpoint:?}");
    try_all(&what, &spread(&all, size(SAMPLE)), |body| {
        let (case, status) = (body.case, body.status);
        let answer = reply(&format!("{status} Status"), "", &body.bytes);
        scenes.with(|scene| {
            scene.server.play(move |line| match Endpoint::of(line) {
                Some(endpoint) if endpoint == case.endpoint() => vec![Step::Say(answer.clone())],
                _ => good(line),
            });
            let port = scene.server.port();
            let left = scene.run(case, port);
            let says = read(endpoint, status, &body.bytes);
            judge(scene, &left, port, &follows(case, &says))
                .map_err(|why| format!("{says:?}: {why}"))
        })
    });
}

#[test]
fn of_the_code_exchange() {
    try_bodies_of(Endpoint::Exchange);
}

#[test]
fn of_the_exchange_for_a_long_lived_token() {
    try_bodies_of(Endpoint::Extend);
}

#[test]
fn of_a_refresh() {
    try_bodies_of(Endpoint::Refresh);
}

#[test]
fn of_the_profile() {
    try_bodies_of(Endpoint::Me);
}
