//! What systemd is told of a service of `Type=notify`: that it began, that it goes on, and that it ends.
//! <https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html>

use std::time::Duration;

use tokio::time::Instant;

/// The manager of services, if one started this process; none by default.
#[derive(Debug, Default)]
pub struct ServiceManager {
    /// How often it wants to hear that the service goes on, half the time after which it would restart it.
    every: Option<Duration>,
    next_ping: Option<Instant>,
}

impl ServiceManager {
    /// Asks the environment.
    pub fn from_environment() -> Self {
        Self { every: watchdog().map(|watchdog| watchdog / 2), next_ping: None }
    }

    /// Tells what the service does. It has not begun yet.
    pub fn tell_status(status: &str) {
        send(&format!("STATUS={status}"));
    }

    /// Tells that the service has begun.
    pub fn tell_ready(&mut self, status: &str) {
        send(&format!("READY=1\nSTATUS={status}"));
        self.next_ping = self.every.map(|_| Instant::now());
    }

    /// Tells that the service goes on, if it is time. The loop calls this itself, and no other thread
    /// does: a loop that hangs sends no ping.
    pub fn ping_watchdog(&mut self) {
        let now = Instant::now();
        if self.next_ping.is_some_and(|due| due <= now) {
            send("WATCHDOG=1");
            self.next_ping = self.every.map(|every| now + every);
        }
    }

    /// Returns when the next ping is due.
    pub const fn next_ping(&self) -> Option<Instant> {
        self.next_ping
    }

    /// Tells that the service ends.
    pub fn tell_stopping() {
        send("STOPPING=1");
    }
}

#[cfg(unix)]
fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

#[cfg(not(unix))]
const fn watchdog() -> Option<Duration> {
    None
}

/// Sends lines to the manager, if there is one.
#[cfg(unix)]
fn send(lines: &str) {
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Custom(lines)]) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}

#[cfg(not(unix))]
const fn send(_: &str) {}
