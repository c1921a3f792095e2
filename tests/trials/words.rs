//! Words that people type: errors, names, topics.
