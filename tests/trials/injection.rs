//! Untrusted text in every output.
