//! How igconnect behaves at a terminal: hints that work, questions, summaries, widths.

mod habits;
mod hints;
