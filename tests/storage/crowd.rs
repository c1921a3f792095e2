//! Many processes at once: one renewal, and an end that some order of them explains.
