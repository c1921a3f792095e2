//! Troubles that trials found, one test or table for each kind of them.

mod accounts;
mod answers;
mod apps;
mod files_and_network;
mod helpers;
mod injection;
mod login_start;
mod looks;
mod manners;
mod numbers;
mod pages;
mod programs;
mod restored;
mod sandbox_clients;
mod stores;
mod words;
