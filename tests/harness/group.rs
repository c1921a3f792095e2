//! A program in a process group of its own, ended together with everything that stayed in it. The one way in which the
//! harness starts a program: [`super::watcher`] ends it where this process cannot.
//!
//! Invariant: a group is killed before its leader is waited for. Until then the system gives its number to no other.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{
    Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio,
};
use std::thread;

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

use super::watcher;

/// The program that leads the group. All of it is killed when this is dropped.
pub struct Group {
    leader: Child,
    is_over: bool,
}

impl Group {
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let leader = command.process_group(0).spawn()?;
        watcher::sign_on(&leader.id().to_string());
        let is_over = false;
        Ok(Self { leader, is_over })
    }

    /// Runs the program to its end, with what it says.
    pub fn output(command: &mut Command) -> io::Result<Output> {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Self::start(piped.stdin(Stdio::null()))?;
        let (_, stdout, stderr) = group.pipes();
        let stderr = thread::spawn(move || read_all(stderr));
        let stdout = read_all(stdout)?;
        let stderr = stderr.join().expect("a reader")?;
        waitid(
            WaitId::Pid(group.pid()),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        )?;
        Ok(Output {
            status: group.end(),
            stdout,
            stderr,
        })
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

    /// Signals the leader alone.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        assert!(!self.is_over, "a program that has ended");
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
        let stats = processes
            .filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
        stats.filter(is_alive).count()
    }

    /// Ends all of it at once; says how the leader ended.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        if !self.is_over {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            watcher::sign_off(&self.id().to_string());
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

fn read_all(pipe: Option<impl Read>) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    pipe.expect("a pipe").read_to_end(&mut all)?;
    Ok(all)
}
