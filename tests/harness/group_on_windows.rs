//! A program, ended when this is dropped. What it started lives on: a process group is what only Unix has.

use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};

pub struct Group {
    leader: Child,
}

impl Group {
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let leader = command.spawn()?;
        Ok(Self { leader })
    }

    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        let leader = &mut self.leader;
        (
            leader.stdin.take(),
            leader.stdout.take(),
            leader.stderr.take(),
        )
    }

    pub fn id(&self) -> u32 {
        self.leader.id()
    }

    pub fn leader_has_ended(&mut self) -> bool {
        matches!(self.leader.try_wait(), Ok(Some(_)))
    }

    /// Ends it at once; says how it ended.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        // One that has ended already cannot be killed.
        let _ = self.leader.kill();
        self.leader.wait().expect("a child to wait for")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
