//! What differs between the systems.

mod files;
