//! "Did you mean": the known word that a mistyped one resembles.

/// The candidate most similar to `typed`, if one is similar enough that a typo is likely. Case does not matter.
pub(crate) fn most_similar<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // The measure and the threshold by which clap judges mistyped commands and flags.
    const LIKELY: f64 = 0.7;
    let typed = typed.to_lowercase();
    candidates
        .into_iter()
        .map(|known| (strsim::jaro(&typed, &known.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > LIKELY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_a_stranger_none() {
        let known = ["shop", "wreckshop.records", "agency"];
        for (typed, expected) in [
            ("shpo", Some("shop")),
            ("Shop", Some("shop")),
            ("wreckshop.record", Some("wreckshop.records")),
            ("agnecy", Some("agency")),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(most_similar(typed, known), expected, "{typed}");
        }
    }
}
