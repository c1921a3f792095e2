//! Files, settings, proxies and servers that are not as they should be.

mod configuration;
mod descriptors;
mod folders;
mod locks;
mod named_files;
mod proxies;
mod unreachable;
mod withheld;
