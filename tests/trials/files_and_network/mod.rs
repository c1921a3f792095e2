//! Files, settings, proxies and servers that are not as they should be.

#[cfg(unix)]
mod configuration;
#[cfg(unix)]
mod descriptors;
#[cfg(unix)]
mod folders;
#[cfg(unix)]
mod locks;
#[cfg(unix)]
mod named_files;
mod proxies;
#[cfg(unix)]
mod unreachable;
mod withheld;
