//! What `--watch` draws: the output of the last run, with marks at the lines that the last change brought.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::Output;
use std::time::Duration;

use jiff::Zoned;

use crate::output::Layout;
use crate::ui::sanitise;

/// The most lines that are gone that are shown.
const MAX_GONE: usize = 10;
/// Ends a line and clears what an earlier drawing left behind it.
const END: &str = "\x1b[K";

/// What a run printed.
#[derive(Debug, Default)]
pub(super) struct RepeatedRun {
    lines: Vec<String>,
    messages: Vec<String>,
    /// Whether it has no result, so that nothing can be compared with it.
    is_failed: bool,
}

impl RepeatedRun {
    pub fn new(output: &Output, is_failed: bool) -> Self {
        let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
        Self { lines: lines(&output.stdout), messages: lines(&output.stderr), is_failed }
    }
}

/// What is drawn.
#[derive(Debug)]
pub(super) struct RepeatScreen {
    title: String,
    /// The last run with a result.
    run: Option<RepeatedRun>,
    /// What runs without a result say.
    messages: Vec<String>,
    changes: LineChanges,
    /// When the last run ended, and when something changed.
    times: String,
    changed_at: Option<String>,
}

impl RepeatScreen {
    pub fn new(interval: Duration, arguments: &[OsString]) -> Self {
        let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
        Self {
            title: format!("every {} s: netcensus {}", interval.as_secs(), sanitise(&words.join(" "))),
            run: None,
            messages: Vec::new(),
            changes: LineChanges::default(),
            times: String::new(),
            changed_at: None,
        }
    }

    /// Tells whether no run had a result yet.
    pub const fn is_empty(&self) -> bool {
        self.run.is_none()
    }

    /// Takes the next run. Marks stay until something changes again.
    pub fn update(&mut self, run: RepeatedRun, now: &Zoned) {
        self.times = now.strftime("%H:%M:%S").to_string();
        self.messages.clone_from(&run.messages);
        if run.is_failed {
            return;
        }
        if let Some(before) = &self.run {
            let changes = LineChanges::between(&before.lines, &run.lines);
            if !changes.is_empty() {
                self.changes = changes;
                self.changed_at = Some(self.times.clone());
            }
        }
        self.run = Some(run);
    }

    /// Draws over the whole screen.
    pub fn draw(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        // The cursor is in the last line.
        let room = layout.height.map_or(usize::MAX, usize::from).saturating_sub(1);
        let mut lines = self.lines(layout.color, false);
        if lines.len() > room {
            lines = self.lines(layout.color, true);
        }
        write!(out, "\x1b[H")?;
        let (shown, left) = if lines.len() > room {
            (room.saturating_sub(1), lines.len() - room.saturating_sub(1))
        } else {
            (lines.len(), 0)
        };
        lines.iter().take(shown).try_for_each(|line| write!(out, "{line}{END}\r\n"))?;
        if left > 0 {
            write!(out, "... and {left} more lines than the screen has room for{END}\r\n")?;
        }
        write!(out, "\x1b[J")
    }

    /// Lists the lines. What changed comes first where there is no room for all of them.
    fn lines(&self, color: bool, changes_first: bool) -> Vec<String> {
        let changed = match &self.changed_at {
            Some(time) => format!("changed {time}"),
            None => "no change yet".to_owned(),
        };
        let mut lines = vec![format!("{}  ({}, {changed})", self.title, self.times), String::new()];
        let (bold, plain) = if color { ("\x1b[1;33m", "\x1b[0m") } else { ("", "") };
        let (mut output, mut changed) = (Vec::new(), Vec::new());
        for (at, line) in self.run.iter().flat_map(|run| &run.lines).enumerate() {
            let is_new = self.changes.is_new.get(at) == Some(&true) && !line.trim().is_empty();
            output.push(if is_new { format!("{bold}*{plain} {line}") } else { format!("  {line}") });
            changed.extend(output.last().filter(|_| is_new && changes_first).cloned());
        }
        let gone: Vec<_> = self.changes.gone.iter().filter(|line| !line.trim().is_empty()).collect();
        changed.extend(gone.iter().take(MAX_GONE).map(|line| format!("{bold}-{plain} {line}")));
        if gone.len() > MAX_GONE {
            changed.push(format!("  ... and {} more are gone", gone.len() - MAX_GONE));
        }
        let parts = if changes_first { [changed, output] } else { [output, changed] };
        for (number, part) in parts.into_iter().filter(|part| !part.is_empty()).enumerate() {
            lines.extend((number > 0).then(String::new));
            lines.extend(part);
        }
        if !self.messages.is_empty() {
            lines.push(String::new());
            lines.extend(self.messages.iter().cloned());
        }
        lines
    }
}

/// The lines that an output has and the one before had not, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct LineChanges {
    /// For each line of the newer output, whether it is new.
    pub is_new: Vec<bool>,
    /// The lines that are gone, in their order.
    pub gone: Vec<String>,
}

impl LineChanges {
    /// Compares two outputs. That columns became wider or narrower is no change.
    pub fn between(old: &[String], new: &[String]) -> Self {
        let mut left = count(old);
        let is_new = new.iter().map(|line| !remove_counted(&mut left, line)).collect();
        let mut left = count(new);
        let gone = old.iter().filter(|line| !remove_counted(&mut left, line)).cloned().collect();
        Self { is_new, gone }
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && !self.is_new.contains(&true)
    }
}

fn key(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn count(lines: &[String]) -> HashMap<Vec<&str>, usize> {
    let mut counts = HashMap::new();
    for line in lines {
        *counts.entry(key(line)).or_insert(0) += 1;
    }
    counts
}

/// Takes a line out of the counted ones; `false` if it is not among them.
fn remove_counted<'l>(counts: &mut HashMap<Vec<&'l str>, usize>, line: &'l str) -> bool {
    match counts.get_mut(&key(line)) {
        Some(0) | None => false,
        Some(count) => {
            *count -= 1;
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(lines: &[&str], messages: &[&str], is_failed: bool) -> RepeatedRun {
        let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
        RepeatedRun { lines: owned(lines), messages: owned(messages), is_failed }
    }

    fn at(time: &str) -> Zoned {
        format!("2026-11-20T{time}[UTC]").parse().unwrap()
    }

    fn screen() -> RepeatScreen {
        RepeatScreen::new(Duration::from_secs(30), &["scan".into(), "subnets".into()])
    }

    fn drawn(screen: &RepeatScreen, height: u16) -> String {
        let mut bytes = Vec::new();
        screen.draw(Layout { height: Some(height), ..Layout::default() }, &mut bytes).unwrap();
        String::from_utf8(bytes)
            .unwrap()
            .replace("\x1b[K\r\n", "\n")
            .replace("\x1b[H", "")
            .replace("\x1b[J", "")
    }

    #[test]
    fn what_changed_is_marked_until_something_changes_again() {
        let mut screen = screen();
        screen.update(run(&["ID", "a", "b"], &[], false), &at("08:00:00"));
        assert_eq!(
            drawn(&screen, 24),
            "every 30 s: netcensus scan subnets  (08:00:00, no change yet)\n\n  ID\n  a\n  b\n"
        );
        screen.update(run(&["ID", "a", "c"], &["warning: w"], false), &at("08:00:30"));
        let changed = "(08:00:30, changed 08:00:30)\n\n  ID\n  a\n* c\n\n- b\n\nwarning: w\n";
        assert!(drawn(&screen, 24).ends_with(changed), "{}", drawn(&screen, 24));
        screen.update(run(&["ID", "a", "c"], &[], false), &at("08:01:00"));
        let same = "(08:01:00, changed 08:00:30)\n\n  ID\n  a\n* c\n\n- b\n";
        assert!(drawn(&screen, 24).ends_with(same), "{}", drawn(&screen, 24));
    }

    #[test]
    fn a_run_without_a_result_leaves_the_last_one_and_says_why() {
        let mut screen = screen();
        assert!(screen.is_empty());
        screen.update(run(&["ID", "a"], &[], false), &at("08:00:00"));
        screen.update(run(&[], &["error: no network"], true), &at("08:00:30"));
        let text = drawn(&screen, 24);
        assert!(text.ends_with("(08:00:30, no change yet)\n\n  ID\n  a\n\nerror: no network\n"), "{text}");
    }

    #[test]
    fn what_changed_comes_first_where_there_is_no_room() {
        let mut screen = screen();
        screen.update(run(&["1", "2", "3", "4", "5"], &[], false), &at("08:00:00"));
        screen.update(run(&["1", "2", "3", "4", "6"], &[], false), &at("08:00:30"));
        let text = drawn(&screen, 8);
        let wanted = "\n\n* 6\n- 5\n\n  1\n... and 4 more lines than the screen has room for\n";
        assert!(text.ends_with(wanted), "{text}");
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let mut screen = screen();
        screen.update(run(&["1", "2", "3", "4", "5", "6"], &[], false), &at("08:00:00"));
        let text = drawn(&screen, 6);
        assert!(
            text.ends_with("\n\n  1\n  2\n... and 4 more lines than the screen has room for\n"),
            "{text}"
        );
    }

    #[test]
    fn lines_come_and_go_and_widths_do_not_count() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (old, new) =
            (lines("ID  N\na   1\nb   2\n\n"), lines("ID       N\na        1\nlonger-c 2\n\n\n"));
        let changes = LineChanges::between(&old, &new);
        assert_eq!(changes.is_new, [false, false, true, false, true], "one more empty line is new");
        assert_eq!(changes.gone, ["b   2"]);
        assert!(LineChanges::between(&old, &old).is_empty());
    }
}
