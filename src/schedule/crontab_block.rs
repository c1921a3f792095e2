//! Our lines in a crontab, as bytes: crontab(5). Everything else in the table stays untouched.

use std::ops::Range;

use jiff::civil::Time;

use super::daily_run::DailyRun;
use super::error::ScheduleError;

/// Vixie cron and its descendants refuse a command of 1000 bytes or more (MAX_COMMAND in cron.h).
const COMMAND_MAX_BYTES: usize = 998;

// Schedules that older versions installed are found by these two lines, so they never change.
fn begin_line(name: &str) -> String {
    let advice = "Written by igconnect schedule install; igconnect schedule remove takes it out.";
    format!("# {name}: begin. {advice}")
}

fn end_line(name: &str) -> String {
    format!("# {name}: end.")
}

pub(super) fn render(name: &str, run: &DailyRun) -> Result<String, ScheduleError> {
    check(run)?;
    let mut words = Vec::new();
    // `env` sets the variables, so it does not matter which shell cron starts.
    if !run.environment.is_empty() {
        words.push("/usr/bin/env".to_owned());
    }
    let assigned = run.environment.iter();
    words.extend(assigned.map(|(name, value)| format!("{name}={}", quote(value))));
    words.push(quote(&run.program));
    words.extend(run.arguments.iter().map(|word| quote(word)));
    let command = words.join(" ");
    if command.len() > COMMAND_MAX_BYTES {
        return Err(ScheduleError::Unsupported(format!(
            "the crontab line would exceed cron's limit of {COMMAND_MAX_BYTES} bytes"
        )));
    }
    let (begin, end) = (begin_line(name), end_line(name));
    let when = run.at.strftime("%-M %-H");
    Ok(format!("{begin}\n{when} * * * {command}\n{end}\n"))
}

/// Refuses what not every cron and shell reads alike.
fn check(run: &DailyRun) -> Result<(), ScheduleError> {
    let variables = run.environment.iter();
    let values = variables.map(|(name, value)| (name.as_str(), value));
    let program = ("the path of igconnect", &run.program);
    // Some crons drop every second backslash, and some only those before a `%`.
    let with_backslash = std::iter::once(program)
        .chain(values)
        .find(|(_, value)| value.contains('\\'));
    if let Some((name, _)) = with_backslash {
        let problem = format!("{name} contains a backslash, which cron may drop");
        return Err(ScheduleError::Unsupported(problem));
    }
    // `env` would read it as a variable, and run the next word.
    if run.program.contains('=') && !run.environment.is_empty() {
        let problem =
            "the path of igconnect contains an equals sign, which a crontab line cannot express";
        return Err(ScheduleError::Unsupported(problem.to_owned()));
    }
    Ok(())
}

/// Quotes a word for the shell. cron itself turns every `%` without a backslash into a newline, and drops the backslash.
fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=@,".contains(c);
    let word = if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r#"'"'"'"#))
    };
    word.replace('%', r"\%")
}

pub(super) fn find(table: &[u8], name: &str) -> Result<Option<Range<usize>>, ScheduleError> {
    let (begin, end) = (begin_line(name), end_line(name));
    let mut block_start = None;
    let mut line_start = 0;
    for line in table.split_inclusive(|byte| *byte == b'\n') {
        let line_end = line_start + line.len();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        match block_start {
            None if text == begin.as_bytes() => block_start = Some(line_start),
            Some(start) if text == end.as_bytes() => return Ok(Some(start..line_end)),
            _ => {}
        }
        line_start = line_end;
    }
    match block_start {
        None => Ok(None),
        // Without the end line, what follows may be the user's own.
        Some(_) => Err(ScheduleError::Unsupported(
            "igconnect's lines in your crontab have no end line".to_owned(),
        )),
    }
}

/// Returns the table with our lines replaced by `block`, which may be empty, or with `block` appended.
pub(super) fn replace(table: &[u8], name: &str, block: &str) -> Result<Vec<u8>, ScheduleError> {
    let range = find(table, name)?.unwrap_or(table.len()..table.len());
    let before = table.get(..range.start).unwrap_or_default();
    let after = table.get(range.end..).unwrap_or_default();
    Ok([before, block.as_bytes(), after].concat())
}

/// Reads the time of day from lines that we wrote.
pub(super) fn parse_time(block: &str) -> Option<Time> {
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
        let run = DailyRun::new(at, Path::new("/opt/a b/100%"), Vec::new(), Vec::new());
        render(NAME, &run.unwrap()).unwrap()
    }

    #[test]
    fn every_other_byte_of_the_table_stays() {
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
            assert_eq!(replace(&table, NAME, &one).unwrap(), table);
            assert_eq!(replace(&table, NAME, &two).unwrap(), changed);
            assert_eq!(
                replace(&changed, NAME, "").unwrap(),
                [before, after].concat()
            );
            let range = find(&table, NAME).unwrap().unwrap();
            assert_eq!(table[range], *one.as_bytes());
        }
        assert_eq!(parse_time(&one), Time::new(6, 1, 0, 0).ok());
    }

    #[test]
    fn lines_without_an_end_are_left_alone() {
        let half = block_at(1).replace("end.", "the end");
        assert!(replace(half.as_bytes(), NAME, &block_at(2)).is_err());
        assert!(replace(half.as_bytes(), NAME, "").is_err());
    }

    #[test]
    fn what_every_cron_reads_alike_is_written_and_a_backslash_is_refused() {
        let line = |program: &str, value: &str| {
            let variables = vec![("NAME".to_owned(), value.to_owned())];
            let run = DailyRun::new(Time::midnight(), Path::new(program), Vec::new(), variables);
            render(NAME, &run.unwrap())
        };
        for (word, written) in [
            ("/a'b", r#"'/a'"'"'b'"#),
            ("/a%b", r"'/a\%b'"),
            ("/a'%\"$(b)`c`", r#"'/a'"'"'\%"$(b)`c`'"#),
        ] {
            assert!(line(word, "").unwrap().contains(written), "{word}");
            assert!(line("/a", word).unwrap().contains(written), "{word}");
        }
        for word in [r"/a\b", r"/a\%b", r"/a\\%b", r"/a\"] {
            assert!(line(word, "").is_err(), "{word}");
            assert!(line("/a", word).is_err(), "{word}");
        }
        assert!(line("/a=b", "").is_err());
        assert!(line("/a", "b=c").is_ok());
    }

    #[test]
    fn a_line_that_cron_would_cut_is_refused() {
        let long = format!("/{}", "x".repeat(COMMAND_MAX_BYTES));
        let run = DailyRun::new(Time::midnight(), Path::new(&long), Vec::new(), Vec::new());
        assert!(render(NAME, &run.unwrap()).is_err());
    }
}
