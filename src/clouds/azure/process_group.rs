//! Ends a child process together with everything that it started.

use tokio::process::Command;

/// The group of a child. Dropped before the child has ended, it ends all processes of the group.
#[derive(Debug)]
pub struct ProcessGroup(Option<u32>);

impl ProcessGroup {
    /// Lets `command` start in a group of its own, where the system has groups.
    pub fn new(command: &mut Command) -> Self {
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(not(unix))]
        let _ = command;
        Self(None)
    }

    /// Notes the child that leads the group.
    pub fn started(&mut self, leader: Option<u32>) {
        self.0 = leader;
    }

    /// Notes that the child has ended: its number may mean another process by now.
    pub fn ended(&mut self) {
        self.0 = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            end(leader);
        }
    }
}

/// The standard library ends single processes only, so the shell does it: `kill` is built into every one.
#[cfg(unix)]
fn end(leader: u32) {
    use std::process::{Command, Stdio};
    let mut kill = Command::new("/bin/sh");
    kill.args(["-c", "kill -s KILL -- \"-$0\"", &leader.to_string()]);
    let status = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tracing::debug!(leader, ended = status.is_ok_and(|status| status.success()), "ended a process group");
}

#[cfg(not(unix))]
fn end(leader: u32) {
    tracing::debug!(leader, "only the child itself is ended");
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[tokio::test]
    async fn what_a_child_started_ends_with_it() {
        // pulumi-azure-native 1685: az is a script, and what hangs is the Python that it started.
        let home = tempfile::tempdir().unwrap();
        let noted = home.path().join("pid");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 60 & echo $! > \"$0\"; wait"]).arg(&noted).kill_on_drop(true);
        let mut group = ProcessGroup::new(&mut command);
        let child = command.spawn().unwrap();
        group.started(child.id());
        let until = Instant::now() + Duration::from_secs(10);
        let pid = loop {
            let text = std::fs::read_to_string(&noted).unwrap_or_default();
            if text.ends_with('\n') {
                break text.trim().to_owned();
            }
            assert!(Instant::now() < until, "the child never began");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        drop(group);
        drop(child);
        let is_alive =
            || std::process::Command::new("/bin/sh").args(["-c", "kill -0 $0 2>&-", &pid]).status();
        while is_alive().unwrap().success() {
            // One that has ended, and that nobody has waited for, still has its number.
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if state.contains(") Z ") {
                break;
            }
            assert!(Instant::now() < until, "it is still there");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
