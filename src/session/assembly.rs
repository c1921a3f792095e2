//! Puts a session together: what one run carries. Nothing is opened, started or asked before a command needs it.

use std::cell::OnceCell;
use std::rc::Rc;

use super::apps::Apps;
use super::instagram_access::InstagramAccess;
use super::runtime::Runtime;
use super::selection::AccountSelection;
use super::stores::Stores;
use crate::output::Console;
use crate::settings::Settings;

/// What one run carries.
pub(crate) struct Session {
    pub settings: Rc<Settings>,
    pub console: Rc<Console>,
    /// Which accounts a command is about.
    pub accounts: AccountSelection,
    /// Which Meta app a command uses, and its secret.
    pub apps: Apps,
    /// The client of this world's Instagram, and the sandbox.
    pub instagram: InstagramAccess,
    /// Runs futures, and ends them when a signal arrives.
    pub runtime: Runtime,
    /// Opens stores.
    pub stores: Stores,
}

impl Session {
    /// `account` and `scenario` are the flags of these names.
    pub(crate) fn new(
        settings: Settings,
        console: Console,
        account: Option<String>,
        scenario: Option<String>,
    ) -> Self {
        let (settings, console) = (Rc::new(settings), Rc::new(console));
        Self {
            accounts: AccountSelection { flag: account },
            apps: Apps {
                settings: Rc::clone(&settings),
            },
            instagram: InstagramAccess {
                settings: Rc::clone(&settings),
                scenario,
                sandbox: OnceCell::new(),
            },
            runtime: Runtime::new(Rc::clone(&settings), Rc::clone(&console)),
            stores: Stores::new(Rc::clone(&settings), Rc::clone(&console)),
            settings,
            console,
        }
    }
}
