//! How igconnect behaves at a terminal: hints that work, questions, summaries, widths.

mod daily_refresh;
mod doctor;
mod habits;
mod help;
mod hints;
mod narrow;
mod refresh;
mod waits;
