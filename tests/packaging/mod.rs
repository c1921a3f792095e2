//! Manifests, the action and the workflows of `packaging/`, as far as this needs no package and no network.
//! `packaging/check` does the rest.

mod action;
mod crate_file;
mod manifests;
mod scripts;
mod units;
mod workflows;
mod yaml;
