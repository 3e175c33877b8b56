//! Runs the programs that print credentials: `az`, `azd` and the `credential_process` of AWS profiles.
//!
//! A program that hangs must not outlive netcensus, and neither must what it started: `az` is a script that starts
//! Python, and a `credential_process` is run by a shell. Tokio ends the child alone.

use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Credentials are small: of each stream no more than this is read, in bytes, from a program that prints without end.
const OUTPUT_LIMIT: u64 = 1 << 20;
/// How long the streams of a program that has ended are read on. What it printed is there at once, but something that it
/// left running may keep them open for ever.
const GRACE: Duration = Duration::from_secs(1);

/// The process group that a program runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "Azure needs one of them"))]
pub enum ProcessGroup {
    /// A group of its own, which can be killed as a whole. Such a program cannot read from the terminal.
    Own,
    /// That of netcensus, for a program that may ask the user something on the terminal.
    Shared,
}

/// A running program. If it is dropped before its output is read, the program is killed with all that it started.
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
    /// The number of the group of its own, as long as something in it may have the program's streams open. It is not that of
    /// another group then, also after the program itself has ended.
    group: Option<u32>,
}

impl ChildProcess {
    /// Starts `command` without input, and captures its output.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn spawn(mut command: Command, group: ProcessGroup) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        if group == ProcessGroup::Own {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let group = child.id().filter(|_| group == ProcessGroup::Own);
        Ok(Self { child, group })
    }

    /// Waits until the program ends, and returns what it printed. If it ran in a group of its own, what it left running
    /// with its streams open is killed.
    ///
    /// # Errors
    /// When its output cannot be read.
    pub async fn output(mut self) -> io::Result<Output> {
        let (out, err) = (self.child.stdout.take(), self.child.stderr.take());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        // Both streams at once: a program blocks as long as either pipe is full.
        let mut streams = Box::pin(async {
            tokio::try_join!(read_start(out, &mut stdout), read_start(err, &mut stderr)).map(drop)
        });
        let (status, is_read) = tokio::select! {
            read = &mut streams => {
                read?;
                (self.child.wait().await?, true)
            }
            status = self.child.wait() => {
                let is_read = match timeout(GRACE, &mut streams).await {
                    Ok(read) => read.map(|()| true)?,
                    Err(_) => false,
                };
                (status?, is_read)
            }
        };
        drop(streams);
        if is_read {
            self.group = None;
        }
        Ok(Output { stdout, stderr, status })
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        let mut targets = Vec::new();
        // Once the program has ended and was waited for, its id may be that of another process, so tokio forgets it.
        if let Some(id) = self.child.id() {
            // The tree is read before its root ends: orphans no longer name their parent.
            targets.extend(descendants(id).iter().map(ToString::to_string));
            let _ = self.child.start_kill();
        }
        targets.extend(self.group.map(|id| format!("-{id}")));
        kill(&targets);
    }
}

/// Reads a stream up to [`OUTPUT_LIMIT`], and closes it, which ends most programs that print more.
async fn read_start(stream: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) -> io::Result<()> {
    if let Some(stream) = stream {
        stream.take(OUTPUT_LIMIT).read_to_end(bytes).await?;
    }
    Ok(())
}

/// Lists what a process started, and what that started in turn. Only Linux shows it, in `/proc`.
fn descendants(ancestor: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let parents: Vec<(u32, u32)> = entries
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // `ID (NAME) STATE PARENT ...`, where the name may contain anything.
            let (_, rest) = stat.rsplit_once(')')?;
            Some((id, rest.split_whitespace().nth(1)?.parse().ok()?))
        })
        .collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    found.split_off(1)
}

/// Kills processes by their ids, and process groups by negative ones. The standard library kills children only, so a
/// shell does it: `kill` is built into every one.
#[cfg(unix)]
fn kill(targets: &[String]) {
    if targets.is_empty() {
        return;
    }
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "kill -s KILL -- \"$@\"", "kill"]).args(targets);
    let status = shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tracing::debug!(?targets, killed = status.is_ok_and(|status| status.success()), "killed processes");
}

#[cfg(not(unix))]
fn kill(_: &[String]) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn what_a_child_started_ends_with_it() {
        // pulumi-azure-native 1685: az is a script, and what hangs is the Python that it started.
        for group in [ProcessGroup::Own, ProcessGroup::Shared] {
            let home = tempfile::tempdir().unwrap();
            let noted = home.path().join("pid");
            let mut command = Command::new("/bin/sh");
            command.args(["-c", "sleep 60 & echo $! > \"$0\"; wait"]).arg(&noted);
            let child = ChildProcess::spawn(command, group).unwrap();
            let until = Instant::now() + Duration::from_secs(10);
            let pid = loop {
                let text = std::fs::read_to_string(&noted).unwrap_or_default();
                if text.ends_with('\n') {
                    break text.trim().to_owned();
                }
                assert!(Instant::now() < until, "the child never began");
                tokio::time::sleep(Duration::from_millis(10)).await;
            };
            drop(child);
            await_end(&pid, until).await;
        }
    }

    async fn await_end(pid: &str, until: Instant) {
        let is_alive = || std::process::Command::new("/bin/sh").args(["-c", "kill -0 $0 2>&-", pid]).status();
        while is_alive().unwrap().success() {
            // One that has ended, and that no process has waited for, still has its number.
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            if state.contains(") Z ") {
                break;
            }
            assert!(Instant::now() < until, "it is still there");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A signal ends netcensus while it still reads what a program printed that has ended.
    #[tokio::test]
    async fn what_is_left_running_ends_with_netcensus() {
        let home = tempfile::tempdir().unwrap();
        let noted = home.path().join("pids");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 60 & echo $$ $! > \"$0\""]).arg(&noted);
        let output = ChildProcess::spawn(command, ProcessGroup::Own).unwrap().output();
        let until = Instant::now() + Duration::from_secs(30);
        let program_ended = async {
            loop {
                let text = std::fs::read_to_string(&noted).unwrap_or_default();
                if let Some((program, left)) = text.strip_suffix('\n').and_then(|line| line.split_once(' '))
                    && !std::path::Path::new("/proc").join(program).exists()
                {
                    break left.to_owned();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        // Both go on here, and the output is dropped once the program has ended and was waited for.
        let left = tokio::select! {
            left = program_ended => left,
            _ = output => panic!("it is dropped too late to prove anything"),
        };
        await_end(&left, until).await;
    }

    /// What a program leaves running has its streams too, and would keep the reader waiting.
    #[tokio::test]
    async fn what_is_left_running_holds_up_no_output() {
        for group in [ProcessGroup::Own, ProcessGroup::Shared] {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", "sleep 60 & echo $!"]);
            let begun = Instant::now();
            let output = ChildProcess::spawn(command, group).unwrap().output().await.unwrap();
            assert!(output.status.success() && begun.elapsed() < Duration::from_secs(30));
            let pid = String::from_utf8(output.stdout).unwrap().trim().to_owned();
            if group == ProcessGroup::Shared {
                // It has the group of netcensus, so it lives on.
                kill(std::slice::from_ref(&pid));
            }
            await_end(&pid, begun + Duration::from_secs(30)).await;
        }
    }
}
