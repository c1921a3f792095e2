//! The table as bytes: our block in it, and everything else untouched. Form of a line: crontab(5).

use std::ops::Range;

use jiff::civil::Time;

use super::super::{Plan, ScheduleError};

/// Vixie's cron and its descendants refuse a command of 1000 bytes or more (MAX_COMMAND in cron.h).
const COMMAND_MAX_BYTES: usize = 998;

fn begin(name: &str) -> String {
    format!(
        "# {name}: begin. Written by igconnect schedule install; igconnect schedule remove takes it out."
    )
}

fn end(name: &str) -> String {
    format!("# {name}: end.")
}

/// Our lines in a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block(Range<usize>);

impl Block {
    /// The block itself.
    pub(super) fn bytes<'t>(&self, table: &'t [u8]) -> &'t [u8] {
        table.get(self.0.clone()).unwrap_or_default()
    }
}

/// The lines for `plan`. `env` sets the variables, so that it does not matter which shell cron starts.
pub(super) fn block(name: &str, plan: &Plan) -> Result<String, ScheduleError> {
    let mut words = Vec::new();
    if !plan.environment.is_empty() {
        words.push("/usr/bin/env".to_owned());
    }
    let assigned = plan.environment.iter();
    words.extend(assigned.map(|(name, value)| format!("{name}={}", quoted(value))));
    words.push(quoted(&plan.program));
    words.extend(plan.arguments.iter().map(|word| quoted(word)));
    let command = words.join(" ");
    if command.len() > COMMAND_MAX_BYTES {
        return Err(ScheduleError::Unfit(format!(
            "the line would be longer than the {COMMAND_MAX_BYTES} bytes that cron takes"
        )));
    }
    let (begin, end) = (begin(name), end(name));
    let when = plan.at.strftime("%-M %-H");
    Ok(format!("{begin}\n{when} * * * {command}\n{end}\n"))
}

/// A word as a shell reads it. cron itself makes a line end of every `%` without a backslash, and takes the backslash.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=@,".contains(c);
    let word = match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    };
    word.replace('%', r"\%")
}

/// Where our block is, if it is there.
pub(super) fn ours(table: &[u8], name: &str) -> Result<Option<Block>, ScheduleError> {
    let (begin, end) = (begin(name), end(name));
    let mut start = None;
    let mut place = 0;
    for line in table.split_inclusive(|byte| *byte == b'\n') {
        let after = place + line.len();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        match start {
            None if text == begin.as_bytes() => start = Some(place),
            Some(start) if text == end.as_bytes() => return Ok(Some(Block(start..after))),
            _ => {}
        }
        place = after;
    }
    match start {
        None => Ok(None),
        Some(_) => Err(ScheduleError::Unfit(
            "the lines of igconnect in your crontab have lost their last one".to_owned(),
        )),
    }
}

/// The table with this block in the place of ours, or at its end.
pub(super) fn with(table: &[u8], name: &str, block: &str) -> Result<Vec<u8>, ScheduleError> {
    let Some(Block(place)) = ours(table, name)? else {
        return Ok([table, block.as_bytes()].concat());
    };
    Ok(around(table, &place, block.as_bytes()))
}

/// The table without our block.
pub(super) fn without(table: &[u8], name: &str) -> Result<Vec<u8>, ScheduleError> {
    let found = ours(table, name)?;
    Ok(found.map_or_else(|| table.to_vec(), |block| around(table, &block.0, b"")))
}

fn around(table: &[u8], place: &Range<usize>, middle: &[u8]) -> Vec<u8> {
    let before = table.get(..place.start).unwrap_or_default();
    let after = table.get(place.end..).unwrap_or_default();
    [before, middle, after].concat()
}

/// The time of day in a block that we wrote.
pub(super) fn time_in(block: &str) -> Option<Time> {
    let line = block.lines().find(|line| !line.starts_with('#'))?;
    let mut words = line.split(' ');
    let minute = words.next()?.parse().ok()?;
    let hour = words.next()?.parse().ok()?;
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const NAME: &str = "igconnect-refresh";

    fn block_at(minute: i8) -> String {
        let at = Time::new(6, minute, 0, 0).unwrap();
        let plan = Plan::new(at, Path::new("/opt/a b/100%"), Vec::new(), Vec::new());
        block(NAME, &plan.unwrap()).unwrap()
    }

    #[test]
    fn every_other_byte_stays() {
        let (one, two) = (block_at(1), block_at(2));
        assert!(one.contains("\n1 6 * * * '/opt/a b/100\\%'\n"), "{one}");
        for (before, after) in [
            (&b""[..], &b""[..]),
            (b"MAILTO=me\n\xff\xfe\r\n", b""),
            (
                b"# x\n",
                b"\n\n5 4 * * * igconnect refresh # igconnect-refresh: end.\n",
            ),
            (
                b"",
                b"# igconnect-refresh-sandbox: end.\nlast line without an end",
            ),
        ] {
            let table = [before, one.as_bytes(), after].concat();
            let changed = [before, two.as_bytes(), after].concat();
            assert_eq!(with(&table, NAME, &one).unwrap(), table);
            assert_eq!(with(&table, NAME, &two).unwrap(), changed);
            assert_eq!(without(&changed, NAME).unwrap(), [before, after].concat());
            let there = ours(&table, NAME).unwrap().unwrap();
            assert_eq!(there.bytes(&table), one.as_bytes());
        }
        assert_eq!(time_in(&one), Time::new(6, 1, 0, 0).ok());
    }

    #[test]
    fn a_block_without_an_end_is_left_to_its_owner() {
        let half = block_at(1).replace("end.", "the end");
        assert!(with(half.as_bytes(), NAME, &block_at(2)).is_err());
        assert!(without(half.as_bytes(), NAME).is_err());
    }

    #[test]
    fn a_line_that_cron_would_cut_is_refused() {
        let long = format!("/{}", "x".repeat(COMMAND_MAX_BYTES));
        let plan = Plan::new(Time::midnight(), Path::new(&long), Vec::new(), Vec::new());
        assert!(block(NAME, &plan.unwrap()).is_err());
    }
}
