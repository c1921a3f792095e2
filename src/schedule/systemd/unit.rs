//! The text of the two units. Quoting: systemd.syntax(7), systemd.service(5) "Command lines", systemd.unit(5)
//! "Specifiers".

use jiff::civil::Time;

use super::super::Plan;

const HEAD: &str =
    "# Written by igconnect schedule install; igconnect schedule remove deletes it.\n";

/// Before the time of the day, on a line of the timer.
const CALENDAR: &str = "OnCalendar=*-*-* ";

/// Service and timer, in this order.
pub(super) fn all(plan: &Plan) -> [String; 2] {
    [service(plan), timer(plan)]
}

fn service(plan: &Plan) -> String {
    let command = std::iter::once(&plan.program).chain(&plan.arguments);
    let command: Vec<String> = command.map(|word| quoted(word)).collect();
    let environment: String = (plan.environment.iter())
        .map(|(name, value)| format!("Environment={}\n", quoted(&format!("{name}={value}"))))
        .collect();
    // A oneshot service has no deadline of its own; many accounts take minutes.
    format!(
        "{HEAD}[Unit]\nDescription=Renew the Instagram tokens of igconnect\n\n\
         [Service]\nType=oneshot\nExecStart={}\n{environment}TimeoutStartSec=1h\n",
        command.join(" ")
    )
}

/// `Persistent`: a run that was missed while the machine was off or asleep is made up for.
fn timer(plan: &Plan) -> String {
    format!(
        "{HEAD}[Unit]\nDescription=Renew the Instagram tokens of igconnect once a day\n\n\
         [Timer]\n{CALENDAR}{}\nRandomizedDelaySec=1h\nPersistent=true\n\n\
         [Install]\nWantedBy=timers.target\n",
        plan.at.strftime("%H:%M:00")
    )
}

/// The time of day in a timer that we wrote.
pub(super) fn time_in(timer: &str) -> Option<Time> {
    let time = timer.lines().find_map(|line| line.strip_prefix(CALENDAR))?;
    time.parse().ok()
}

/// A word as systemd reads it back. `$` needs nothing: no variable is expanded in a path or an assignment, and no
/// argument of ours has one.
fn quoted(word: &str) -> String {
    let word = word.replace('%', "%%");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=%@,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word;
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
