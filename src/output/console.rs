//! The console: the one place that prints. Data goes to stdout, words to stderr.

use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal, Write};

use clap::builder::StyledStr;
use console::{Style, Term};
use indicatif::{ProgressBar, WeakProgressBar};

use super::indented::Indented;
use super::pasted_commands::pasteable;
use super::render::{Page, Render};
use super::wrap::fitted;

/// Small enough that `head` gets its lines soon, large enough that long lists are fast.
const PAGE_BYTES: usize = 8 * 1024;

/// What flags and environment say about talking to the person.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Talk {
    /// `--quiet`: print errors only.
    pub quiet: bool,
    /// The number of `--verbose`.
    pub verbose: u8,
    pub json: bool,
    /// `--no-input`: never prompt.
    pub no_input: bool,
    /// Set by `NO_COLOR` (off) or `CLICOLOR_FORCE` (on); otherwise the terminal decides.
    pub colours: Option<bool>,
    /// `TERM=dumb`.
    pub dumb: bool,
}

/// Writes a line to stderr. A closed stderr is not an error: nothing else could report it.
pub(super) fn log_line(line: &[u8]) {
    let _ = io::stderr().lock().write_all(line);
}

/// Stdout without std's line buffer, which would search all output for line ends.
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

/// Whether the terminal understands escape codes. A console of Windows prints them as text until it is asked not to, and
/// before Windows 10 always. It is not asked if `NO_COLOR` is set.
fn enable_styles(terminal: &Term) -> bool {
    !cfg!(windows) || terminal.features().colors_supported()
}

/// Whether stdin is a terminal that can hide what is typed. Some terminals for Windows are pipes, which cannot.
pub(super) fn has_keyboard() -> bool {
    io::stdin().is_terminal() && (!cfg!(windows) || Term::stderr().size_checked().is_some())
}

/// Whether the characters of the locale are not those of Unicode, as POSIX finds it.
fn is_ascii_locale() -> bool {
    #[expect(clippy::disallowed_methods, reason = "a page has no settings")]
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| {
        let locale = std::env::var(name).ok()?;
        (!locale.is_empty()).then(|| locale.to_ascii_lowercase())
    });
    let is_utf8 = |locale: String| locale.contains("utf-8") || locale.contains("utf8");
    cfg!(unix) && !named.is_some_and(is_utf8)
}

/// The standard streams, and how much to print on them.
pub(crate) struct Console {
    talk: Talk,
    page: Page,
    coloured_words: bool,
    asks: bool,
    /// What moves on stderr now, if anything.
    progress: RefCell<WeakProgressBar>,
}

impl Console {
    pub(crate) fn new(talk: Talk) -> Self {
        let out = io::stdout().is_terminal();
        let err = io::stderr().is_terminal();
        let coloured = |terminal: Option<Term>| {
            let shows_styles = terminal.is_some_and(|terminal| enable_styles(&terminal));
            talk.colours.unwrap_or(shows_styles && !talk.dumb)
        };
        let width = if out { Term::stdout().size().1 } else { 80 };
        Self {
            talk,
            page: Page {
                framed: out && !talk.dumb,
                coloured: coloured(out.then(Term::stdout)),
                verbose: talk.verbose > 0,
                ascii: out && is_ascii_locale(),
                width: width.max(20),
            },
            coloured_words: coloured(err.then(Term::stderr)),
            asks: !talk.no_input && err && has_keyboard(),
            progress: RefCell::default(),
        }
    }

    pub(crate) fn can_ask(&self) -> bool {
        self.asks
    }

    /// Returns whether reading stdin would wait for a person.
    pub(crate) fn is_typed_at(&self) -> bool {
        io::stdin().is_terminal()
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.talk.quiet
    }

    pub(crate) fn is_json(&self) -> bool {
        self.talk.json
    }

    /// Returns whether a secret on stdout would be visible.
    pub(crate) fn shows_data_to_a_person(&self) -> bool {
        io::stdout().is_terminal()
    }

    pub(super) fn shows_progress(&self) -> bool {
        // With --verbose, lines of text would break the bar.
        let bare = !self.talk.quiet && self.talk.verbose == 0;
        // A console of Windows without escape codes breaks a full line at once, so each step would stay on the screen.
        bare && !self.talk.dumb && io::stderr().is_terminal() && enable_styles(&Term::stderr())
    }

    /// The width of stderr in columns; 0 if it is not a terminal.
    pub(crate) fn words_width(&self) -> usize {
        let is_terminal = io::stderr().is_terminal();
        usize::from(is_terminal) * usize::from(Term::stderr().size().1)
    }

    /// Prints a message to stderr, unless `--quiet`.
    pub(crate) fn say(&self, words: impl AsRef<str>) {
        if !self.talk.quiet {
            self.tell(words);
        }
    }

    /// Prints a message that the person needs to continue, also with `--quiet`.
    pub(crate) fn tell(&self, words: impl AsRef<str>) {
        let words = pasteable(words.as_ref());
        let words = match self.words_width() {
            0 => words,
            width => fitted(&words, width).into(),
        };
        let line = format!("{words}\n");
        self.without_progress(|| log_line(line.as_bytes()));
    }

    /// Prints or asks something while no spinner or bar is drawn.
    pub(crate) fn without_progress<T>(&self, print: impl FnOnce() -> T) -> T {
        let progress = self.progress.borrow().upgrade();
        match progress {
            Some(progress) => progress.suspend(print),
            None => print(),
        }
    }

    /// Keeps this bar or spinner away from messages.
    pub(super) fn hide_while_printing(&self, progress: &ProgressBar) {
        self.progress.replace(progress.downgrade());
    }

    pub(crate) fn detail(&self, words: impl AsRef<str>) {
        if self.talk.verbose > 0 {
            self.say(self.styled(words.as_ref(), Style::new().dim()));
        }
    }

    /// Prints a warning to stderr, unless `--quiet`.
    pub(crate) fn warn(&self, words: impl AsRef<str>) {
        let sign = self.styled("warning:", Style::new().yellow().bold());
        self.say(format!("{sign} {}", words.as_ref()));
    }

    /// Prints a failure to stderr in at most three lines, also with `--quiet`.
    pub(crate) fn fail(&self, message: &str, cause: Option<&str>, hint: Option<&str>) {
        let sign = self.styled("error:", Style::new().red().bold());
        self.tell(format!("{sign} {message}"));
        if let Some(cause) = cause {
            self.tell(format!("  {cause}"));
        }
        if let Some(hint) = hint {
            self.tell(format!("  {}", self.strong(hint)));
        }
    }

    /// Returns `text` in bold if stderr has colours.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.styled(text, Style::new().bold())
    }

    /// Returns whether stderr has colours.
    pub(crate) fn has_coloured_messages(&self) -> bool {
        self.coloured_words
    }

    /// Returns `text` in this style if stderr has colours.
    pub(crate) fn styled(&self, text: &str, style: Style) -> String {
        let style = style.force_styling(self.coloured_words);
        style.apply_to(text).to_string()
    }

    pub(crate) fn report(&self, report: &dyn Render) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(PAGE_BYTES, pages());
        if self.talk.json {
            self.write_json(&mut out, |out| report.json(out))?;
        } else if !(report.is_message() && self.talk.quiet) {
            report.human(&self.page, &mut out)?;
        }
        out.flush()
    }

    /// Prints a JSON document to stdout.
    pub(crate) fn document(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(PAGE_BYTES, pages());
        self.write_json(&mut out, write)?;
        out.flush()
    }

    /// Indents the document for people; programs get it compact.
    fn write_json(
        &self,
        mut out: &mut dyn Write,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.page.framed {
            true => write(&mut Indented::new(&mut out, &self.page))?,
            false => write(out)?,
        }
        out.write_all(b"\n")
    }

    /// Prints text to stdout, fitted to the terminal.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        self.data(self.page.fitted(text).as_bytes())
    }

    /// Prints bytes to stdout unchanged.
    pub(crate) fn data(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Prints help to stderr when no command was given.
    pub(crate) fn words(&self, text: &StyledStr) {
        self.tell(render(text, self.coloured_words).trim_end());
    }

    pub(crate) fn rendered(&self, text: &StyledStr) -> io::Result<()> {
        self.data(render(text, self.page.coloured).as_bytes())
    }
}

fn render(text: &StyledStr, coloured: bool) -> String {
    if coloured {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}
