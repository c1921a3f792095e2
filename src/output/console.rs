//! The console: the one place that prints. Data goes to stdout, words to stderr.

use std::io::{self, BufWriter, IsTerminal, Write};

use console::{Style, Term};

use super::render::{Page, Render};

/// Written at once: little enough for `head` to be served at once, enough for a million rows not to notice.
const PAGE_BYTES: usize = 8 * 1024;

/// How much to say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Talk {
    /// Say nothing but failures.
    pub quiet: bool,
    /// Say more: 1 for each `--verbose`.
    pub verbose: u8,
    /// Answer as JSON.
    pub json: bool,
    /// Never ask.
    pub no_input: bool,
    /// Colours by `NO_COLOR` (off) or `CLICOLOR_FORCE` (on); otherwise by the terminal.
    pub colours: Option<bool>,
    /// `TERM=dumb`.
    pub dumb: bool,
}

/// Writes a line of the log to stderr. A closed stderr is not an error.
pub(super) fn log_line(line: &[u8]) {
    let _ = io::stderr().lock().write_all(line);
}

/// Stdout for what is written page by page: std would look for line ends in all of it.
#[cfg(unix)]
fn pages() -> impl Write {
    struct Stdout;
    impl Write for Stdout {
        fn write(&mut self, page: &[u8]) -> io::Result<usize> {
            Ok(rustix::io::write(rustix::stdio::stdout(), page)?)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    Stdout
}

#[cfg(not(unix))]
fn pages() -> impl Write {
    io::stdout().lock()
}

/// What the streams of this process are, and how much is to be said on them.
#[derive(Debug)]
pub(crate) struct Console {
    talk: Talk,
    page: Page,
    coloured_words: bool,
    asks: bool,
}

impl Console {
    /// Looks at the three standard streams.
    pub(crate) fn new(talk: Talk) -> Self {
        let out = io::stdout().is_terminal();
        let err = io::stderr().is_terminal();
        let coloured = |terminal: bool| talk.colours.unwrap_or(terminal && !talk.dumb);
        let width = if out { Term::stdout().size().1 } else { 80 };
        Self {
            talk,
            page: Page {
                framed: out && !talk.dumb,
                coloured: coloured(out),
                width: width.max(20),
            },
            coloured_words: coloured(err),
            asks: !talk.no_input && err && io::stdin().is_terminal(),
        }
    }

    /// Whether a person is there to be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.asks
    }

    /// Whether stdin is a terminal, so that reading it would wait for a person.
    pub(crate) fn is_typed_at(&self) -> bool {
        io::stdin().is_terminal()
    }

    /// Whether the answer is to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.talk.json
    }

    /// Whether stdout is a terminal, where a secret would be seen.
    pub(crate) fn shows_data_to_a_person(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether stderr is a terminal on which a changing line disturbs nothing.
    pub(super) fn shows_progress(&self) -> bool {
        let bare = !self.talk.quiet && self.talk.verbose == 0;
        bare && !self.talk.dumb && io::stderr().is_terminal()
    }

    /// The width of stderr in columns; 0 if it is not a terminal.
    pub(crate) fn words_width(&self) -> usize {
        if io::stderr().is_terminal() {
            usize::from(Term::stderr().size().1)
        } else {
            0
        }
    }

    /// Words on stderr, unless `--quiet`.
    pub(crate) fn say(&self, words: impl AsRef<str>) {
        if !self.talk.quiet {
            self.line(words.as_ref());
        }
    }

    /// Words on stderr without which nothing can go on: also under `--quiet`.
    pub(crate) fn tell(&self, words: impl AsRef<str>) {
        self.line(words.as_ref());
    }

    /// Words that only `--verbose` wants.
    pub(crate) fn detail(&self, words: impl AsRef<str>) {
        if self.talk.verbose > 0 && !self.talk.quiet {
            self.line(&self.dim(words.as_ref()));
        }
    }

    /// A warning on stderr, unless `--quiet`.
    pub(crate) fn warn(&self, words: impl AsRef<str>) {
        let sign = self.styled("warning:", &Style::new().yellow().bold());
        self.say(format!("{sign} {}", words.as_ref()));
    }

    /// A failure in at most three lines, on stderr; also under `--quiet`.
    pub(crate) fn fail(&self, message: &str, cause: Option<&str>, hint: Option<&str>) {
        self.line(&format!(
            "{} {message}",
            self.styled("error:", &Style::new().red().bold())
        ));
        if let Some(cause) = cause {
            self.line(&format!("  {cause}"));
        }
        if let Some(hint) = hint {
            self.line(&format!("  {}", self.strong(hint)));
        }
    }

    /// `text` in bold where stderr takes it.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.styled(text, &Style::new().bold())
    }

    fn dim(&self, text: &str) -> String {
        self.styled(text, &Style::new().dim())
    }

    fn styled(&self, text: &str, style: &Style) -> String {
        style
            .clone()
            .force_styling(self.coloured_words)
            .apply_to(text)
            .to_string()
    }

    /// A closed stderr is not an error: nothing else could report it.
    fn line(&self, words: &str) {
        let _ = writeln!(io::stderr().lock(), "{words}");
    }

    /// A report on stdout, in the form that was asked for.
    pub(crate) fn report(&self, report: &dyn Render) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(PAGE_BYTES, pages());
        if self.talk.json {
            report.json(&mut out)?;
            out.write_all(b"\n")?;
        } else if report.is_data() || !self.talk.quiet {
            report.human(&self.page, &mut out)?;
        }
        out.flush()
    }

    /// Bytes on stdout as they are.
    pub(crate) fn data(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Help that was not requested, because there was no command. On stderr.
    pub(crate) fn words(&self, text: &clap::builder::StyledStr) {
        let text = if self.coloured_words {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        self.line(text.trim_end());
    }

    /// Help and the like, which clap has rendered.
    pub(crate) fn rendered(&self, text: &clap::builder::StyledStr) -> io::Result<()> {
        let text = if self.page.coloured {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        self.data(text.as_bytes())
    }
}
