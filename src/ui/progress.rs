//! The progress line.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::sanitise::sanitise;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// The progress line on stderr; draws nothing unless stderr is a terminal.
#[derive(Debug, Clone)]
pub struct Progress(Option<Arc<ProgressBar>>);

impl Progress {
    /// Makes a line on stderr, or one that draws nothing.
    pub fn new(shown: bool) -> Self {
        if !shown {
            return Self::hidden();
        }
        Self::drawn_on(ProgressDrawTarget::stderr())
    }

    /// Makes one that draws nothing.
    pub const fn hidden() -> Self {
        Self(None)
    }

    fn drawn_on(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        // Until there is something to show; or it would be drawn, empty, behind the first message.
        bar.finish_and_clear();
        Self(Some(Arc::new(bar)))
    }

    /// Shows an activity whose end is not known yet.
    pub fn show_activity(&self, text: &str) {
        if let Some(bar) = &self.0 {
            bar.set_style(style("{spinner} {wide_msg} {elapsed}"));
            // While the bar is finished this draws nothing; `reset` draws at once, what there is.
            bar.set_message(sanitise(text));
            if bar.is_finished() {
                bar.reset();
            }
            bar.enable_steady_tick(TICK);
        }
    }

    /// Shows `done` of `total` reads, with `text` behind.
    pub fn show_reads(&self, done: usize, total: usize, text: &str) {
        if let Some(bar) = &self.0 {
            if bar.length() != Some(total as u64) {
                bar.set_style(style("{spinner} {bar:24} {pos}/{len} reads {wide_msg} {elapsed}"));
                bar.set_length(total as u64);
                bar.enable_steady_tick(TICK);
            }
            bar.set_position(done as u64);
            bar.set_message(sanitise(text));
        }
    }

    /// Removes the line until there is something new to show.
    pub fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.disable_steady_tick();
            bar.finish_and_clear();
        }
    }

    /// Takes the line away while `work` writes to the terminal.
    pub fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what is drawn.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn there_is_no_bar_before_something_is_done_and_none_behind_an_error() {
        let screen = Screen::default();
        let progress = Progress::drawn_on(ProgressDrawTarget::term_like(Box::new(screen.clone())));
        let drawn = || std::mem::take(&mut *screen.0.lock().unwrap());
        progress.suspend(|| ());
        assert_eq!(drawn().trim(), "");
        progress.show_activity("signing in");
        progress.suspend(|| ());
        let drawn_now = drawn();
        assert!(!drawn_now.contains("0/0") && !drawn_now.contains('░'), "{drawn_now}");
        assert!(drawn_now.contains("signing in") && drawn_now.contains(" 0s"), "{drawn_now}");
        progress.show_reads(1, 3, "");
        progress.suspend(|| ());
        let drawn_now = drawn();
        assert!(drawn_now.contains("1/3 reads"), "{drawn_now}");
        progress.clear();
        drawn();
        progress.suspend(|| ());
        assert_eq!(drawn().trim(), "");
    }
}
