//! A terminal for the program, 100 columns wide unless `COLUMNS` says otherwise, with a person at it: `expect` waits for words and types answers.

use std::fmt::Write as _;

use super::World;
use super::process::Run;

const SCRIPT: &str =
    "set timeout 30\nset stty_init \"rows 40 columns $env(COLUMNS)\"\nspawn -noecho {*}$argv\n";

impl World {
    /// The program on a terminal, where `need("expect")`: when the words on the left have come, the text on the
    /// right is typed (`\r` is Enter). Standard output of the run is what the screen showed, its exit code the program's.
    pub fn on_a_terminal(&self, arguments: &[&str], talk: &[(&str, &str)]) -> Run {
        let mut script = SCRIPT.to_owned();
        for (words, answer) in talk {
            let _ = writeln!(
                script,
                "expect {{\n -exact {{{words}}} {{}}\n timeout {{ puts {{NEVER ASKED}}; exit 98 }}\n eof {{ puts {{NEVER ASKED}}; exit 99 }}\n}}"
            );
            // Who is asked for a secret sees the question a moment before the echo is off, and what is typed in that
            // moment is thrown away.
            if words.contains("hidden") {
                script.push_str("while {![regexp -- {-echo } [exec stty -a -F $spawn_out(slave,name)]]} { after 5 }\n");
            }
            let _ = writeln!(script, "send -- \"{answer}\"");
        }
        script.push_str("expect {\n eof {}\n timeout { puts {NEVER ENDED}; exit 96 }\n}\nlassign [wait] pid id failed code rest\nif {$rest ne {}} { exit 97 }\nexit $code\n");
        let name = format!("terminal-{}.exp", arguments.join("-").replace('/', "_"));
        let script = self.given(&name, script);
        let binary = self.binary().to_str().expect("a path in UTF-8");
        let script = script.to_str().expect("a path in UTF-8");
        self.program("expect", &[&["-f", script, binary], arguments].concat())
            .env("TERM", "xterm")
            .env("COLUMNS", "100")
    }
}
