//! Keeps what is sent within the limits of a service.

use super::notice::Notice;

/// Renders a notice with as many of its events as `limit` bytes allow; the others are counted. Without any event it fits
/// in every service, because summary and notes are bounded.
pub fn fit(notice: &Notice, limit: usize, render: impl Fn(&Notice) -> String) -> String {
    let all = render(notice);
    if all.len() <= limit {
        return all;
    }
    let mut fitting = render(&notice.with_events(0));
    // Every event makes the text longer, so the number that fits is between one that does and one that does not.
    let (mut enough, mut too_many) = (0, notice.events.len());
    while too_many - enough > 1 {
        let middle = usize::midpoint(enough, too_many);
        let text = render(&notice.with_events(middle));
        if text.len() <= limit {
            (enough, fitting) = (middle, text);
        } else {
            too_many = middle;
        }
    }
    fitting
}
