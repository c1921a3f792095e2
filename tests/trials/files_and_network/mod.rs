//! Files, settings, proxies and servers that are not as they should be.

mod named_files;
mod proxies;
mod withheld;
