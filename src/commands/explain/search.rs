//! Finds the explanation that fits what people type: codes first, then known messages, then single words.
//!
//! Invariant: pure. An answer is sure only if it fits clearly better than every other one.

use std::collections::{BTreeMap, BTreeSet};

use super::codes::{Codes, find_codes};
use super::command::title;
use super::own_messages::OWN_MESSAGES;
use super::phrases::{phrases, stems};
use crate::failure::Kind;
use crate::instagram::explanation::{self, CATALOGUE, Explanation};

/// People read three suggestions, not ten.
const SUGGESTIONS: usize = 3;

/// Tuned with the ways to ask in the tests: below it, most answers are about something else.
const LIKELY: f64 = 0.5;

/// From here on an answer is sure, if it leads the next one by [`LEAD`].
const SURE: f64 = 0.68;
const LEAD: f64 = 0.03;

#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) errors: Vec<&'static Explanation>,
    pub(super) exits: Vec<Kind>,
    /// Whether this is the answer, and not only similar.
    pub(super) is_sure: bool,
}

/// Looks `query` up. An empty one finds everything.
pub(super) fn search(query: &str) -> Found {
    let query = query.trim().to_lowercase().replace('\u{2019}', "'");
    if query.is_empty() {
        return sure(all().collect(), Kind::ALL.to_vec());
    }
    let names_exit = |kind: &&Kind| kind.name() == query;
    let by_name: Vec<_> = Kind::ALL.iter().filter(names_exit).copied().collect();
    if !by_name.is_empty() {
        return sure(Vec::new(), by_name);
    }
    let by_code = search_codes(find_codes(&query), &query);
    if !by_code.errors.is_empty() || !by_code.exits.is_empty() {
        return by_code;
    }
    search_words(&query)
}

fn all() -> impl Iterator<Item = &'static Explanation> {
    CATALOGUE.iter().chain(OWN_MESSAGES)
}

fn sure(errors: Vec<&'static Explanation>, exits: Vec<Kind>) -> Found {
    Found {
        errors,
        exits,
        is_sure: true,
    }
}

fn search_codes(codes: Codes, query: &str) -> Found {
    let exits = |number| {
        let is_exit = move |kind: &&Kind| i64::from(kind.exit_code()) == number;
        Kind::ALL.iter().filter(is_exit).copied().collect()
    };
    if let Some(number) = codes.exit {
        return sure(Vec::new(), exits(number));
    }
    let Some(code) = codes.code else {
        return Found::default();
    };
    // A pasted message can say more than its code, as when Instagram itself sends both.
    let is_message = query.contains(' ');
    if let Some(entry) = explanation::find(code, codes.subcode, query)
        && (codes.subcode.is_some() || (is_message && entry.message.is_some()))
    {
        return sure(vec![entry], Vec::new());
    }
    let family = explanation::family(code);
    let with_code = CATALOGUE.iter().filter(|entry| {
        // Some subcodes mean the same with every code.
        entry.code == Some(family)
            || (entry.code.is_none() && entry.subcode == Some(code))
            || entry.subcode == Some(code)
    });
    let mut errors: Vec<_> = with_code.collect();
    // First what the code means in general, then its special cases.
    errors.sort_by_key(|entry| entry.subcode.is_some() || entry.message.is_some());
    let is_bare = query.trim_start_matches('#').parse::<i64>().is_ok();
    sure(errors, if is_bare { exits(code) } else { Vec::new() })
}

/// Rates every entry by the words that it shares with `query`.
fn search_words(query: &str) -> Found {
    let index = Index::new();
    let words = index.read(query);
    let rate = |(entry, phrases): &Spoken| {
        let pasted = entry
            .message
            .map_or(0.0, |message| rate_pasted(message, query));
        (index.rate(phrases, &words).max(pasted), *entry)
    };
    let mut rated: Vec<_> = index.entries.iter().map(rate).collect();
    rated.retain(|(rating, _)| *rating >= LIKELY);
    // Stable: of two equal entries, the narrower one comes first in the catalogue.
    rated.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    // Several entries may share an explanation.
    let mut causes = BTreeSet::new();
    rated.retain(|(_, entry)| causes.insert(entry.cause));
    let next = rated.get(1).map_or(0.0, |(rating, _)| *rating);
    match rated.first() {
        Some((best, entry)) if *best >= SURE && best - next >= LEAD => {
            sure(vec![entry], Vec::new())
        }
        _ => {
            let errors = rated.iter().take(SUGGESTIONS).map(|(_, entry)| *entry);
            Found {
                errors: errors.collect(),
                ..Found::default()
            }
        }
    }
}

/// People paste whole messages: sure, and the more so the less else there is.
fn rate_pasted(message: &str, query: &str) -> f64 {
    let share = message.len() as f64 / query.len() as f64;
    if query.contains(message) {
        SURE + (1.0 - SURE) * share
    } else {
        0.0
    }
}

type Phrase = BTreeSet<String>;

/// An entry, and the phrases by which people may know it.
type Spoken = (&'static Explanation, Vec<Phrase>);

/// The words of a query, and how certainly each is the one that was meant.
type Words = BTreeMap<String, f64>;

struct Index {
    entries: Vec<Spoken>,
    /// Rare words tell more than common ones.
    weights: BTreeMap<String, f64>,
}

impl Index {
    fn new() -> Self {
        let known = phrases();
        let read = |entry: &'static Explanation| {
            let title = title(entry);
            let spoken = known.iter().filter(|(about, _)| *about == title);
            let spoken = spoken.flat_map(|(_, phrases)| phrases.iter().copied());
            let written = entry.message.into_iter().chain([entry.cause]);
            let phrases = spoken.chain(written).map(|phrase| stems(phrase).collect());
            (entry, phrases.collect())
        };
        let entries: Vec<Spoken> = all().map(read).collect();
        let phrases = || entries.iter().flat_map(|(_, phrases)| phrases);
        let count = phrases().count() as f64;
        let mut weights = BTreeMap::new();
        for word in phrases().flatten() {
            *weights.entry(word.clone()).or_insert(0.0) += 1.0;
        }
        for weight in weights.values_mut() {
            *weight = (count / *weight).ln();
        }
        Self { entries, weights }
    }

    /// Reads the words of `query`, and corrects typos.
    fn read(&self, query: &str) -> Words {
        let correct = |word: String| {
            // Of short words, every other one is a typo of a third.
            let allowed = match word.len() {
                ..4 => 0,
                4..8 => 1,
                _ => 2,
            };
            let distance = |known: &&String| strsim::osa_distance(&word, known);
            let nearest = self.weights.keys().min_by_key(distance);
            match nearest.filter(|known| distance(known) <= allowed) {
                Some(known) if *known != word => (known.clone(), 0.85),
                _ => (word, 1.0),
            }
        };
        stems(query).map(correct).collect()
    }

    /// From 0 to 1: how much of a phrase the query says, and how much of the query the phrase knows.
    fn rate(&self, phrases: &[Phrase], words: &Words) -> f64 {
        // A word of no phrase speaks for another subject, but less than a rare one.
        const UNKNOWN: f64 = 3.0;
        let weight = |word: &String| self.weights.get(word).copied().unwrap_or(UNKNOWN);
        let asked: f64 = words.keys().map(weight).sum();
        let rate_phrase = |phrase: &Phrase| {
            let said: f64 = phrase.iter().map(weight).sum();
            let share = |word| words.get(word).map(|certainty| certainty * weight(word));
            let shared: f64 = phrase.iter().filter_map(share).sum();
            shared / (said * asked).sqrt()
        };
        let ratings = phrases.iter().map(rate_phrase).filter(|it| it.is_finite());
        ratings.fold(0.0, f64::max)
    }
}
