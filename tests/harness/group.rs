//! A program in a process group of its own, ended together with all that stayed in it.
//!
//! Invariant: a group is killed before its leader is waited for. Until then its number can be nobody else's.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

/// The program that leads the group. All of it is killed when this is dropped.
pub struct Group {
    leader: Child,
    is_over: bool,
}

impl Group {
    /// Starts the program.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let leader = command.process_group(0).spawn()?;
        let is_over = false;
        Ok(Self { leader, is_over })
    }

    /// Its pipes, for the first who asks.
    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        let leader = &mut self.leader;
        (
            leader.stdin.take(),
            leader.stdout.take(),
            leader.stderr.take(),
        )
    }

    /// The number of the leader, and of the group.
    pub fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Signals the leader, and nobody else.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        assert!(!self.is_over, "nobody is there to signal");
        kill_process(self.pid(), signal).expect("a program to signal");
    }

    /// Whether the leader has ended. It keeps its number.
    pub fn leader_has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.is_over || matches!(waitid(WaitId::Pid(self.pid()), look), Ok(Some(_)))
    }

    /// How many of it are at work, the leader among them.
    pub fn alive(&self) -> usize {
        let group = self.id().to_string();
        let is_alive = |stat: &String| {
            // proc(5): behind the name in brackets come the state, the parent and the group.
            let mut fields = stat
                .rsplit(')')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            fields.next() != Some("Z") && fields.nth(1) == Some(&group)
        };
        let processes = std::fs::read_dir("/proc").expect("processes").flatten();
        let stats =
            processes.filter_map(|one| std::fs::read_to_string(one.path().join("stat")).ok());
        stats.filter(is_alive).count()
    }

    /// Ends all of it at once; says how the leader ended.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        if !self.is_over {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            self.is_over = true;
        }
        self.leader.wait().expect("a child to wait for")
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.leader)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
