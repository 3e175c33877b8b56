//! Keeps what is sent within the limits of a service.

use super::notice::Notice;

/// Renders a notice with as many of its events as `limit` bytes allow; the others are counted. Without any event it fits
/// in every service, because summary and notes are bounded.
pub fn fit(notice: &Notice, limit: usize, render: impl Fn(&Notice) -> String) -> String {
    let mut most = notice.events.len();
    loop {
        let text = render(&notice.with_events(most));
        if text.len() <= limit || most == 0 {
            return text;
        }
        most -= 1;
    }
}
