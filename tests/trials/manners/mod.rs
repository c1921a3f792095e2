//! How igconnect behaves at a terminal: hints that work, questions, summaries, widths.

#[cfg(unix)]
mod daily_refresh;
mod doctor;
mod habits;
#[cfg(unix)]
mod help;
mod hints;
#[cfg(unix)]
mod narrow;
mod refresh;
#[cfg(unix)]
mod waits;
