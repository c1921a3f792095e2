//! Troubles that trials found, one test or table for each kind of them.

mod accounts;
mod answers;
mod apps;
mod files_and_network;
#[cfg(unix)]
mod helpers;
mod injection;
mod login_start;
mod looks;
mod manners;
#[cfg(unix)]
mod numbers;
mod pages;
#[cfg(unix)]
mod programs;
mod restored;
mod sandbox_clients;
#[cfg(unix)]
mod stores;
mod words;
