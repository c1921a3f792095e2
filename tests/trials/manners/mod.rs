//! How igconnect behaves at a terminal: hints that work, questions, summaries, widths.

mod daily_refresh;
mod habits;
mod hints;
mod refresh;
mod waits;
