//! Who has access to a file on Windows: security descriptors as text (SDDL, [MS-DTYP] 2.5.1). Rules only.

/// Access of users other than the owner. The system and its administrators do not count: nothing keeps them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OthersMay {
    Nothing,
    Read,
    Write,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    /// Whether another user owns it, who can give access to anyone.
    pub(super) is_foreign: bool,
    pub(super) others: OthersMay,
}

const SYSTEM: &str = "SY";
const ADMINISTRATORS: &str = "BA";
/// The owner of the file.
const OWNER_RIGHTS: &str = "OW";
const CREATOR_OWNER: &str = "CO";

/// Generic, and for files: read data; for folders: list.
const READ: u32 = 0x8000_0000 | 0x1000_0000 | 0x1;
/// Generic, write, append, delete from a folder, delete, and change access or owner.
const WRITE: u32 = 0x4000_0000 | 0x1000_0000 | 0x2 | 0x4 | 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000;

/// Judges a descriptor with owner and access list. `user` is this user, as such a text names it.
pub(super) fn judge(descriptor: &str, user: &str) -> Judgement {
    // Without a list, everyone may do everything.
    let (owner, list) = descriptor.split_once("D:").unwrap_or((descriptor, ""));
    let is_trusted = |name: &str| [user, SYSTEM, ADMINISTRATORS].contains(&name);
    let others_may = |entry: &str| match parse_entry(entry) {
        Some((name, _)) if is_trusted(name) || [OWNER_RIGHTS, CREATOR_OWNER].contains(&name) => {
            OthersMay::Nothing
        }
        Some((_, rights)) if rights & WRITE != 0 => OthersMay::Write,
        Some((_, rights)) if rights & READ != 0 => OthersMay::Read,
        Some(_) => OthersMay::Nothing,
        None => OthersMay::Write,
    };
    let has_list = !list.is_empty() && !list.contains("NO_ACCESS_CONTROL");
    let entries = list.split('(').skip(1);
    let others = entries.map(others_may).max().unwrap_or(OthersMay::Nothing);
    Judgement {
        is_foreign: !owner.strip_prefix("O:").is_some_and(is_trusted),
        others: if has_list { others } else { OthersMay::Write },
    }
}

/// Returns who gets which rights by an entry: `type;flags;rights;object;inherited object;name)`. `None` if it is not of
/// this form, such as one with a condition.
fn parse_entry(entry: &str) -> Option<(&str, u32)> {
    let (kind, rest) = entry.split_once(';')?;
    let (flags, rest) = rest.split_once(';')?;
    let (rights, rest) = rest.split_once(';')?;
    let name = rest.strip_suffix(')')?.rsplit(';').next()?;
    let only_for_children = pairs(flags).any(|flag| flag == "IO");
    let is_denial = ["D", "OD"].contains(&kind);
    let rights = match is_denial || only_for_children {
        true => 0,
        false => parse_rights(rights),
    };
    Some((name, rights))
}

/// An unknown word may mean anything, so it means all rights.
fn parse_rights(text: &str) -> u32 {
    if let Some(number) = text.strip_prefix("0x") {
        return u32::from_str_radix(number, 16).unwrap_or(u32::MAX);
    }
    let rights = pairs(text).map(|word| match word {
        "GA" | "FA" => 0x1000_0000,
        "GR" | "FR" | "CC" => 0x1,
        "GW" | "FW" | "DC" | "LC" => 0x2,
        "DT" => 0x40,
        "SD" => 0x1_0000,
        "WD" => 0x4_0000,
        "WO" => 0x8_0000,
        // Extended attributes, attributes, execution, and reading the list itself.
        "SW" | "RP" | "WP" | "LO" | "CR" | "RC" | "GX" | "FX" => 0,
        _ => u32::MAX,
    });
    rights.fold(0, |all, one| all | one)
}

/// Flags and rights are words of two letters, without anything between them.
fn pairs(text: &str) -> impl Iterator<Item = &str> {
    let places = (0..text.len()).step_by(2);
    places.map(|at| text.get(at..at + 2).unwrap_or_default())
}

/// Returns a descriptor for this user, the system and administrators alone. It inherits nothing; what is created in a
/// folder inherits it.
pub(super) fn private(user: &str, is_folder: bool) -> String {
    let flags = if is_folder { "OICI" } else { "" };
    let entries = [user, SYSTEM, ADMINISTRATORS].map(|name| format!("(A;{flags};FA;;;{name})"));
    format!("D:P{}", entries.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "S-1-5-21-17-18-19-1001";

    fn others(list: &str) -> OthersMay {
        judge(&format!("O:{USER}D:{list}"), USER).others
    }

    #[test]
    fn what_is_created_private_is_judged_private() {
        for is_folder in [true, false] {
            let descriptor = format!("O:{USER}{}", private(USER, is_folder));
            let judgement = judge(&descriptor, USER);
            assert_eq!(
                (judgement.is_foreign, judgement.others),
                (false, OthersMay::Nothing)
            );
            let theirs = judge(&descriptor, "S-1-5-21-17-18-19-1002");
            assert_eq!((theirs.is_foreign, theirs.others), (true, OthersMay::Write));
        }
    }

    #[test]
    fn each_entry_counts_for_the_user_that_it_names() {
        use OthersMay::{Nothing, Read, Write};
        for (list, expected) in [
            // In a user's profile.
            (
                "AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;S-1-5-21-17-18-19-1001)",
                Nothing,
            ),
            ("(A;;FA;;;OW)(A;OICIIO;GA;;;CO)", Nothing),
            ("", Write),
            ("NO_ACCESS_CONTROL", Write),
            // Users may read below C:\\, and signed-in users may write there.
            ("AI(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)", Read),
            ("AI(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)", Write),
            ("(A;;FR;;;WD)", Read),
            ("(A;;FW;;;WD)", Write),
            ("(A;;GRGX;;;S-1-5-21-17-18-19-1002)", Read),
            ("(A;;RCSDLO;;;WD)", Write),
            // For the folder itself, or for what is below it.
            ("(A;OICI;FX;;;WD)", Nothing),
            ("(A;OICIIO;FA;;;WD)(A;CI;CCLO;;;BU)", Read),
            ("(D;;FA;;;WD)", Nothing),
            ("(D;;FA;;;AN)(A;;FR;;;IU)", Read),
            ("(A;;ZZ;;;WD)", Write),
            ("(XA;;FR;;;BU;(@User.Title==\"PM\"))", Write),
        ] {
            assert_eq!(others(list), expected, "{list}");
        }
    }

    #[test]
    fn only_another_user_is_a_foreign_owner() {
        for (owner, is_foreign) in [
            (USER, false),
            ("BA", false),
            ("SY", false),
            ("LG", true),
            ("ED", true),
        ] {
            let judgement = judge(&format!("O:{owner}D:(A;;FA;;;{USER})"), USER);
            assert_eq!(judgement.is_foreign, is_foreign, "{owner}");
        }
        assert!(judge("", USER).is_foreign);
    }
}
