//! Puts a session together: what one run carries. Nothing is opened, started or asked before a command needs it.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use super::apps::Apps;
use super::instagram_access::InstagramAccess;
use super::runtime::Runtime;
use super::selection::AccountSelection;
use super::stores::Stores;
use crate::failure::Failure;
use crate::output::Console;
use crate::settings::Settings;

pub(crate) struct Session {
    pub settings: Rc<Settings>,
    pub console: Rc<Console>,
    pub accounts: AccountSelection,
    pub apps: Apps,
    pub instagram: InstagramAccess,
    pub runtime: Runtime,
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
                is_real_in_use: Cell::default(),
            },
            runtime: Runtime {
                settings: Rc::clone(&settings),
                console: Rc::clone(&console),
                started: OnceCell::new(),
                has_warned_about_clock: Cell::new(false),
            },
            stores: Stores {
                settings: Rc::clone(&settings),
                console: Rc::clone(&console),
                opened: RefCell::default(),
            },
            settings,
            console,
        }
    }

    /// Asks a question that `--yes` answers too. `what` is the subject: "the move".
    pub(crate) fn confirm(&self, what: &str, question: String) -> Result<bool, Failure> {
        let unasked = || Failure::unasked(&format!("{what} needs a confirmation"), "--yes");
        if !self.console.can_ask() {
            return Err(unasked());
        }
        // Enter alone must not delete anything.
        let prompt = dialoguer::Confirm::new()
            .with_prompt(question)
            .default(false);
        prompt.interact().map_err(|_| unasked())
    }
}
