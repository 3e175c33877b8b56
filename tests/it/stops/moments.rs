//! Stops at random moments: no file is torn, the exit code tells what was written, and the next run cleans up.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use super::writers::{Stage, Tree, WRITERS, Writer};
use crate::support::{random_moment, report, rounds};

/// The writers to stop: in a long run those too that write as others do, and only the one that `NETCENSUS_STOPPED` names
/// by a part of its name.
fn chosen() -> impl Iterator<Item = &'static Writer> {
    let part = std::env::var("NETCENSUS_STOPPED").unwrap_or_default();
    WRITERS.iter().filter(move |writer| (rounds() > 1 || !writer.is_alike) && writer.name.contains(&part))
}

/// The stage of a writer, with an inventory that takes longer to write the more rounds there are.
fn stage(writer: &'static Writer) -> Stage {
    Stage::new(writer, if rounds() > 1 { 200 } else { 20 })
}

/// Restores the files, starts the writer, and stops it at a random moment of its `whole` time.
fn stop(stage: &Stage, whole: Duration, signal: &str) -> Output {
    stage.restore();
    let child = stage.start().spawn();
    sleep(random_moment(whole));
    send(signal, &child);
    child.wait_with_output().unwrap()
}

fn send(signal: &str, child: &Child) {
    // It may have ended.
    let _ = Command::new("/bin/kill").args([signal, &child.id().to_string()]).output();
}

/// How long the writer takes, from the start of the process to its end.
fn whole_time(stage: &Stage) -> Duration {
    stage.restore();
    let begun = Instant::now();
    stage.start().run().exits(stage.code());
    begun.elapsed()
}

/// Expects every file to be as before or as after the writer.
#[track_caller]
fn check_whole(stage: &Stage, found: &Tree, name: &str) {
    for path in stage.old.keys().chain(stage.new.keys()).chain(found.keys()) {
        // A new directory may be there before its files are.
        let content = found.get(path);
        let is_known = content == stage.old.get(path) || content == stage.new.get(path);
        assert!(is_known, "{name}: {} is torn", path.display());
    }
}

/// Runs the writer to its end over what a stopped one left, and expects nothing but its files.
#[track_caller]
fn check_next_run(stage: &Stage, writer: &Writer) {
    stage.make_way();
    if writer.leaves_for_a_day {
        for pending in stage.pending() {
            let yesterday = SystemTime::now() - Duration::from_hours(25);
            File::options().write(true).open(pending).unwrap().set_modified(yesterday).unwrap();
        }
    }
    stage.start().run().exits(stage.code());
    let found = stage.found();
    assert!(found.keys().eq(stage.new.keys()), "{}: {:?}", writer.name, found.keys());
    for (path, content) in &found {
        let (new, repeats) = (&stage.new[path], writer.may_repeat);
        let is_new = content == new
            || repeats && content.as_ref().zip(new.as_ref()).is_some_and(|(it, new)| it.starts_with(new));
        assert!(is_new, "{}: {} is not as after one run", writer.name, path.display());
    }
    assert_eq!(stage.pending(), Vec::<PathBuf>::new(), "{}", writer.name);
}

/// What was found after all stops of a command.
#[derive(Default)]
struct Counts {
    written: usize,
    unchanged: usize,
    pending: usize,
    temporary: usize,
}

impl Counts {
    fn report(&self, how: &str, writer: &Writer, whole: Duration) {
        let Self { written, unchanged, pending, temporary } = self;
        report(&format!(
            "{how}: {}: {} stops in {} ms: {written} written, {unchanged} unchanged, {pending} with pending files, \
             {temporary} empty temporary files",
            writer.name,
            rounds(),
            whole.as_millis()
        ));
    }
}

fn check_writer(writer: &'static Writer) {
    let stage = stage(writer);
    let whole = whole_time(&stage);
    kill(&stage, writer, whole);
    signal(&stage, writer, whole);
}

fn kill(stage: &Stage, writer: &Writer, whole: Duration) {
    let mut counts = Counts::default();
    for _ in 0..rounds() {
        stop(stage, whole, "-KILL");
        let found = stage.found();
        check_whole(stage, &found, writer.name);
        counts.written += usize::from(found == stage.new);
        counts.unchanged += usize::from(found == stage.old);
        counts.pending += usize::from(!stage.pending().is_empty());
        // A database has no name once it has content, but for a moment before.
        assert!(stage.temporary().iter().all(|bytes| *bytes == 0), "{}", writer.name);
        counts.temporary += stage.temporary().len();
        check_next_run(stage, writer);
    }
    counts.report("SIGKILL", writer, whole);
}

fn signal(stage: &Stage, writer: &Writer, whole: Duration) {
    let mut counts = Counts::default();
    let signals = ["-TERM", "-INT", "-HUP"].into_iter().filter(|name| *name != "-HUP" || is_hangup_heard());
    // In a short run, commands that follow each other are stopped by different signals.
    let position = WRITERS.iter().position(|known| known.name == writer.name).unwrap_or_default();
    for name in signals.cycle().skip(position).take(rounds()) {
        let output = stop(stage, whole, name);
        check_signalled(stage, writer, name, &output);
        let found = stage.found();
        counts.written += usize::from(found == stage.new);
        counts.unchanged += usize::from(found == stage.old);
        counts.temporary += stage.temporary().len();
    }
    counts.report("signals", writer, whole);
}

/// Expects that the exit code tells whether the files are in their places, and that nothing else is left.
#[track_caller]
fn check_signalled(stage: &Stage, writer: &Writer, name: &str, output: &Output) {
    let (found, code) = (stage.found(), output.status.code());
    let context = format!("{} {name}: {output:?}", writer.name);
    if writer.may_repeat {
        check_whole(stage, &found, &context);
        return assert_eq!(stage.pending(), Vec::<PathBuf>::new(), "{context}");
    }
    let expected = match code {
        Some(code) if code == stage.code() => &stage.new,
        Some(130) if !writer.is_told && found == stage.new => &stage.new,
        Some(130) => &stage.old,
        _ if is_ended_by_signal(output.status) => &stage.old,
        _ => panic!("{context}"),
    };
    assert!(found == *expected, "{context}: {:?}", found.keys().collect::<Vec<_>>());
    assert_eq!(stage.pending(), Vec::<PathBuf>::new(), "{context}");
}

/// Returns whether a signal ended the process before it listened to any.
fn is_ended_by_signal(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal().is_some()
}

/// Returns whether the processes that this one starts listen to SIGHUP. They do not under `nohup`.
pub fn is_hangup_heard() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 0
}

#[test]
fn an_export_that_is_stopped_leaves_whole_files_and_tells_by_its_exit_code_whether_they_are_written() {
    chosen().filter(|writer| writer.name.starts_with("export")).for_each(check_writer);
}

#[test]
fn other_commands_that_are_stopped_leave_whole_files_and_tell_by_their_exit_code_whether_they_are_written() {
    chosen().filter(|writer| !writer.name.starts_with("export")).for_each(check_writer);
}
