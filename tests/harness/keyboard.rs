//! A terminal with a person at it: the program runs on a pty, every line written to it is typed there.

use super::process::Run;
use super::{World, need};

/// Types what comes on standard input, shows what the program shows, ends with the program's exit code.
const SCRIPT: &str = r#"
set timeout 60
# When standard input ends, expect closes its standard output with it: so this is one more way to there.
log_user 0
set screen [open /dev/fd/1 w]
set arguments $argv
spawn -noecho {*}$arguments
proc show {text} { global screen; puts -nonewline $screen $text; flush $screen }
set typing 1
while {$typing} {
    expect {
        -i $user_spawn_id -re {^\n} { send -i $spawn_id "\r" }
        -i $user_spawn_id -re {^([^\n]+)\n} { send -i $spawn_id -- "$expect_out(1,string)\r" }
        -i $user_spawn_id eof { set typing 0 }
        -i $spawn_id -re {.+} { show $expect_out(buffer) }
        -i $spawn_id eof { exit [lindex [wait -i $spawn_id] 3] }
        timeout { exit 99 }
    }
}
expect {
    -i $spawn_id -re {.+} { show $expect_out(buffer); exp_continue }
    -i $spawn_id eof { }
    timeout { exit 99 }
}
exit [lindex [wait -i $spawn_id] 3]
"#;

impl World {
    /// The program under test on a terminal. What it shows comes on standard output; `None` where tests do without.
    #[track_caller]
    pub fn at_a_keyboard(&self, arguments: &[&str]) -> Option<Run> {
        if !need("expect") {
            return None;
        }
        let script = self.given("terminal.exp", SCRIPT);
        let run = self.program("expect", &["-f"]).arg(script).arg("--");
        let run = run.arg(self.binary());
        Some(
            arguments
                .iter()
                .fold(run.open_stdin(), |run, argument| run.arg(*argument))
                .env("TERM", "xterm"),
        )
    }
}
