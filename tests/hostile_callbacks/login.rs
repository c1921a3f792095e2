//! A login of the real program that waits, and what its listener's visitors and its Instagram see of it.

use super::table::Words;
use super::visitor::Visitor;
use crate::harness::Output;
use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{self, certificate};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Running;
use crate::harness::visitor::target_of;

/// How fast the program's clock goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// As all clocks do: the listener cuts a connection after five seconds.
    Usual,
    /// Twenty times slower: within a test the listener cuts nothing.
    Slow,
}

/// A login that waits for its answer.
pub struct Login {
    pub visitor: Visitor,
    login: login::Login,
    instagram: SandboxBehindFront,
}

impl Login {
    /// Starts it, and returns when it waits. `None` where tests do without a clock of the program's own.
    #[track_caller]
    pub fn start(world: &World, clock: Clock) -> Option<Self> {
        #[cfg(unix)]
        if !need("faketime") {
            return None;
        }
        let instagram = SandboxBehindFront::start(world, "agrees");
        let run = world.command(&["login", "--port", "0", "--no-browser"]);
        #[cfg(unix)]
        let run = match clock {
            Clock::Usual => run,
            Clock::Slow => run.slow_clock(&world.clock_library()),
        };
        // No test on Windows lasts until the listener cuts a connection.
        #[cfg(windows)]
        let _ = clock;
        let login = login::Login::waiting(world, run);
        Some(Self {
            visitor: Visitor::new(login.port(), &certificate(world)),
            login,
            instagram,
        })
    }

    pub fn running(&mut self) -> &mut Running {
        self.login.running()
    }

    pub fn state(&self) -> String {
        self.login.state()
    }

    /// What the table's words mean here.
    pub fn words(&self, other_state: &str) -> Words {
        Words {
            port: self.login.port(),
            state: self.login.state(),
            other_state: other_state.to_owned(),
        }
    }

    /// Agrees on the consent page; returns the path and query that the browser would come back with.
    #[track_caller]
    pub fn consent(&self) -> String {
        let back = self.login.answer();
        assert_eq!(back.port(), Some(self.login.port()), "{back}");
        target_of(&back)
    }

    /// Agrees, comes back with the right answer, and waits for the end of the login.
    #[track_caller]
    pub fn complete(self) -> Output {
        let target = self.consent();
        self.come_back(&target);
        self.end()
    }

    /// Comes back with the right answer, which must be accepted.
    #[track_caller]
    pub fn come_back(&self, target: &str) {
        assert_eq!(exchanges(&self.instagram), 0, "a code was exchanged before");
        let reply = self.visitor.navigate(target);
        assert!(
            reply.starts_with("HTTP/1.1 303 ") && reply.contains("\r\nLocation: /outcome\r\n"),
            "the right answer got: {reply}"
        );
    }

    /// Looks at the page of the outcome, waits for the end, and makes sure that there was one exchange.
    #[track_caller]
    pub fn end(self) -> Output {
        let page = self.visitor.navigate("/outcome");
        let output = self.login.finish().assert_code(0);
        assert!(page.contains("is connected.</h1>"), "{page}");
        assert_eq!(exchanges(&self.instagram), 1);
        output
    }
}

/// How many codes the program has sent to Instagram so far.
fn exchanges(instagram: &SandboxBehindFront) -> usize {
    let exchanges = instagram.front.asked_for("POST /oauth/access_token ");
    exchanges.len()
}
