//! What one run carries. `assembly` puts it together: one struct per concern, each with what it needs.

pub(crate) mod app_probe;
pub(crate) mod app_setup;
mod apps;
mod assembly;
mod caches;
pub(crate) mod daily_refresh;
pub(crate) mod environment_token;
mod instagram_access;
mod listener_certificate;
mod old_folder;
mod openbao_access;
mod openbao_login;
mod runtime;
mod scheduled_command;
mod sealed_key;
mod selection;
mod signals;
mod store_location;
mod stores;
mod usable_token;
pub(crate) mod user_command;

pub(crate) use assembly::Session;
pub(crate) use instagram_access::TRUST_VARIABLES;
pub(crate) use old_folder::move_old_folder;
pub(crate) use stores::{ChosenBy, StoreInUse};
pub(crate) use usable_token::UsableToken;
