//! The text of the service and the timer. Quoting: systemd.syntax(7), systemd.service(5) "Command lines",
//! systemd.unit(5) "Specifiers".

use jiff::civil::Time;

use super::daily_run::DailyRun;

// `schedule status` compares installed units with these texts, so a changed word makes every installed schedule
// outdated.
const HEADER: &str =
    "# Written by igconnect schedule install; igconnect schedule remove deletes it.\n";

/// The timer's line with the time of day begins with this.
const CALENDAR: &str = "OnCalendar=*-*-* ";

/// Renders service and timer, in this order.
pub(super) fn render(run: &DailyRun) -> [String; 2] {
    [render_service(run), render_timer(run)]
}

fn render_service(run: &DailyRun) -> String {
    let command = std::iter::once(&run.program).chain(&run.arguments);
    let command: Vec<String> = command.map(|word| quote(word)).collect();
    let environment: String = (run.environment.iter())
        .map(|(name, value)| format!("Environment={}\n", quote(&format!("{name}={value}"))))
        .collect();
    // A oneshot service has no time limit by default. Refreshing many accounts takes minutes.
    format!(
        "{HEADER}[Unit]\nDescription=Renew the Instagram tokens of igconnect\n\n\
         [Service]\nType=oneshot\nExecStart={}\n{environment}TimeoutStartSec=1h\n",
        command.join(" ")
    )
}

fn render_timer(run: &DailyRun) -> String {
    // Persistent: after a missed run, the timer starts as soon as the machine is on again.
    format!(
        "{HEADER}[Unit]\nDescription=Renew the Instagram tokens of igconnect once a day\n\n\
         [Timer]\n{CALENDAR}{}\nRandomizedDelaySec=1h\nPersistent=true\n\n\
         [Install]\nWantedBy=timers.target\n",
        run.at.strftime("%H:%M:00")
    )
}

/// Reads the time of day from a timer that we wrote.
pub(super) fn parse_time(timer: &str) -> Option<Time> {
    let time = timer.lines().find_map(|line| line.strip_prefix(CALENDAR))?;
    time.parse().ok()
}

/// Quotes a word for systemd. `$` stays: systemd expands no variable in a path or an assignment, and our arguments have
/// none.
fn quote(word: &str) -> String {
    let word = word.replace('%', "%%");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=%@,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
