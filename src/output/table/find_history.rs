//! Who had a thing when, for people: a block for each thing, the latest holder first.

use std::io::{self, Write};

use crate::analysis::find::{FindHistory, FindStatus, HeldPeriod, HistoryAnswer, PastHolder};
use crate::output::cell_text;
use crate::output::find::answer_text::{account, moment, short};
use crate::output::layout::{Layout, flow, indented, styled, wrap, write_left_out, write_lines};
use crate::wording::counted;

/// The most holders that are shown without `--wide`.
const MAX_HOLDERS: usize = 10;
/// What stands before the lines of a holder, and of a period.
const INDENT: &str = "  ";

/// Writes everything; a wide layout shows every holder.
pub(crate) fn write(history: &FindHistory, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for answer in &history.answers {
        write_answer(answer, layout, out)?;
        writeln!(out)?;
    }
    write_lines(&wrap(&searched(history), layout.width), "", out)
}

fn write_answer(answer: &HistoryAnswer, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let thing = styled(layout, "1", &cell_text::escape_unprintable(&answer.query));
    let (code, status) = match answer.status {
        FindStatus::Unknown => ("31", "unknown: in no snapshot, but not everything could be read".to_owned()),
        _ if answer.holders.is_empty() => ("33", "in no snapshot".to_owned()),
        _ => ("32", counted(answer.holders.len(), "holder")),
    };
    writeln!(out, "{thing}  {}", styled(layout, code, &status))?;
    let most = layout.most(MAX_HOLDERS);
    for holder in answer.holders.iter().take(most) {
        let inner = indented(layout, INDENT.len());
        write_lines(&flow(&describe(holder), inner.width), INDENT, out)?;
        let indent = INDENT.repeat(2);
        let inner = indented(layout, indent.len());
        for period in &holder.periods {
            write_lines(&wrap(&describe_period(period), inner.width), &indent, out)?;
        }
    }
    write_left_out(answer.holders.len(), most, INDENT, out)
}

fn describe(holder: &PastHolder) -> Vec<String> {
    let network = holder.network_name.as_deref().or(holder.network.as_deref());
    let owner = account(holder.account_name.as_deref(), holder.account.as_deref());
    let provider = holder.provider.map(|provider| provider.to_string());
    let segments = [
        Some(holder.what.as_str().to_owned()),
        holder.name.as_deref().map(short),
        Some(short(&holder.id)),
        network.map(|network| format!("in {}", short(network))),
        owner.map(|owner| format!("{} {owner}", provider.unwrap_or_default()).trim().to_owned()),
        holder.region.as_deref().map(short),
    ];
    segments.into_iter().flatten().collect()
}

/// Says when something had the thing, and what is known of the time after.
fn describe_period(period: &HeldPeriod) -> String {
    let times = if period.first_seen == period.last_seen {
        moment(period.first_seen)
    } else {
        format!("{} to {}", moment(period.first_seen), moment(period.last_seen))
    };
    let between = match period.unread {
        0 => String::new(),
        unread => format!(", unknown in {unread} between"),
    };
    let after = match (period.gone_at, period.unread_since) {
        (Some(gone), 0) => format!("; gone at {}", moment(gone)),
        (Some(gone), unread) => format!("; then unknown in {unread}, gone at {}", moment(gone)),
        (None, 0) => "; still there".to_owned(),
        (None, unread) => format!("; unknown in {unread} since"),
    };
    format!("{times}: in {}{between}{after}", counted(period.snapshots, "snapshot"))
}

fn searched(history: &FindHistory) -> String {
    let all = counted(history.snapshots.len(), "snapshot");
    let (Some(first), Some(last)) = (history.snapshots.first(), history.snapshots.last()) else { return all };
    let incomplete = history.snapshots.iter().filter(|snapshot| !snapshot.complete).count();
    let gaps =
        if incomplete > 0 { format!("; {incomplete} could not read everything") } else { String::new() };
    format!("searched {all}, {} to {}{gaps}", moment(first.taken_at), moment(last.taken_at))
}
