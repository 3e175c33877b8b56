//! Changes for people: by account and region, then addresses that moved, what is unknown, what was not compared, the
//! accounts of one side, the collisions, and the summary.

use std::io::{self, Write};

use super::change_group;
use super::members::Columns;
use crate::analysis::diff::{ChangeKind, Changes, CollisionChange};
use crate::output::cell_text;
use crate::output::changes::uncertain_rows::{self, UncertainRows};
use crate::output::changes::{change_summary, change_text};
use crate::output::findings::finding_text::{self, MarkedMember};
use crate::output::layout::{Layout, flow, indented, styled, wrap, write_left_out, write_lines};

/// The most reasons, collisions and members that are shown without `--wide`.
const MAX_SHOWN: usize = 10;
/// The most unknown rows of one reason that are listed without `--wide`; of more their number is enough.
const MAX_UNKNOWN_ROWS: usize = 5;
/// What stands before the lines of a block.
const INDENT: &str = "    ";

/// Where and how to write.
struct ChangesWriter<'o> {
    layout: Layout,
    out: &'o mut dyn Write,
}

/// Writes everything; a wide layout shows every change, and values whole.
pub(crate) fn write(changes: &Changes, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ChangesWriter { layout, out };
    writer.head(changes)?;
    for changes in changes.changes.chunk_by(change_group::is_same_place) {
        change_group::write(changes, layout, writer.out)?;
        writeln!(writer.out)?;
    }
    if changes.changes.is_empty() && changes.moved_addresses.is_empty() {
        writer.sentence(&change_summary::nothing(changes))?;
        writeln!(writer.out)?;
    }
    writer.moved_addresses(changes)?;
    writer.write_uncertain_rows(
        "Unknown: one side has these, and the other side could not read that account or region",
        "?",
        &uncertain_rows::unknown(changes),
    )?;
    writer.write_uncertain_rows(
        "Not compared: one side has these, and the other did not scan them",
        ".",
        &uncertain_rows::not_compared(changes),
    )?;
    writer.accounts(changes)?;
    writer.collisions(changes)?;
    writer.remarks(changes)?;
    writer.sentence(&format!("diff: {}", change_summary::line(changes)))
}

impl ChangesWriter<'_> {
    const fn most(&self) -> usize {
        self.layout.most(MAX_SHOWN)
    }

    fn sentence(&mut self, text: &str) -> io::Result<()> {
        write_lines(&wrap(text, self.layout.width), "", self.out)
    }

    /// Says what was compared, and how far.
    fn head(&mut self, changes: &Changes) -> io::Result<()> {
        self.sentence(&change_summary::sides(changes))?;
        for limit in change_summary::limits(changes) {
            for line in wrap(&limit, self.layout.width) {
                writeln!(self.out, "{}", styled(self.layout, "2", &line))?;
            }
        }
        writeln!(self.out)
    }

    fn moved_addresses(&mut self, changes: &Changes) -> io::Result<()> {
        let moved = &changes.moved_addresses;
        if moved.is_empty() {
            return Ok(());
        }
        self.title("Addresses that another resource has now")?;
        let inner = indented(self.layout, INDENT.len());
        for address in moved.iter().take(self.most()) {
            let text = change_text::moved_address(address, self.layout.wide);
            let mut margin = styled(self.layout, "33", change_text::sign(ChangeKind::Moved)) + "   ";
            for line in wrap(&text, inner.width) {
                writeln!(self.out, "{margin}{line}")?;
                INDENT.clone_into(&mut margin);
            }
        }
        write_left_out(moved.len(), self.most(), INDENT, self.out)?;
        writeln!(self.out)
    }

    fn write_uncertain_rows(
        &mut self,
        title: &str,
        sign: &str,
        groups: &[UncertainRows<'_>],
    ) -> io::Result<()> {
        if groups.is_empty() {
            return Ok(());
        }
        self.title(title)?;
        for group in groups.iter().take(self.most()) {
            self.write_group(sign, group)?;
        }
        write_left_out(groups.len(), self.most(), INDENT, self.out)?;
        writeln!(self.out)
    }

    fn write_group(&mut self, sign: &str, group: &UncertainRows<'_>) -> io::Result<()> {
        let inner = indented(self.layout, INDENT.len());
        let head = format!("{}, {}", change_text::kinds(&group.numbers), change_text::only_in(group.only_in));
        for (index, line) in wrap(&head, inner.width).iter().enumerate() {
            let sign = if index == 0 { sign } else { " " };
            writeln!(self.out, "{}   {line}", styled(self.layout, "2", sign))?;
        }
        write_lines(&wrap(&cell_text::escape_unprintable(group.reason), inner.width), INDENT, self.out)?;
        if self.layout.wide || group.rows.len() <= MAX_UNKNOWN_ROWS {
            for row in &group.rows {
                write_lines(
                    &flow(&change_text::unknown(row, self.layout.wide), inner.width),
                    INDENT,
                    self.out,
                )?;
            }
        } else {
            writeln!(self.out, "{INDENT}(--wide lists them)")?;
        }
        Ok(())
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        for line in wrap(title, self.layout.width) {
            writeln!(self.out, "{}", styled(self.layout, "1", &line))?;
        }
        Ok(())
    }

    fn accounts(&mut self, changes: &Changes) -> io::Result<()> {
        if changes.accounts.is_empty() {
            return Ok(());
        }
        self.title("Accounts that only one side has")?;
        let inner = indented(self.layout, INDENT.len());
        for account in changes.accounts.iter().take(self.most()) {
            write_lines(&wrap(&change_text::account(account), inner.width), INDENT, self.out)?;
        }
        write_left_out(changes.accounts.len(), self.most(), INDENT, self.out)?;
        writeln!(self.out)
    }

    fn collisions(&mut self, changes: &Changes) -> io::Result<()> {
        let most = self.most();
        let lists = changes.collisions.lists();
        let shown = lists.iter().flat_map(|(_, list)| list.iter().take(most));
        let members: Vec<MarkedMember<'_>> = shown
            .flat_map(|collision| change_text::marked_members(collision).into_iter().take(most))
            .collect();
        let columns = Columns::new(&members, indented(self.layout, INDENT.len()));
        for (state, list) in lists {
            for collision in list.iter().take(most) {
                self.collision(collision, state, &columns)?;
            }
            write_left_out(list.len(), most, "", self.out)?;
            if list.len() > most {
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    fn collision(&mut self, collision: &CollisionChange, state: &str, columns: &Columns) -> io::Result<()> {
        let finding = &collision.finding;
        let head =
            format!("collision {state}: {}  {}", finding_text::title(finding), finding_text::space(finding));
        let is_worse = !collision.came.is_empty();
        for line in wrap(&head, self.layout.width) {
            writeln!(self.out, "{}", styled(self.layout, if is_worse { "31" } else { "32" }, &line))?;
        }
        let inner = indented(self.layout, INDENT.len());
        let rows = change_text::marked_members(collision);
        write_lines(&columns.lines(&rows[..rows.len().min(self.most())]), INDENT, self.out)?;
        write_left_out(rows.len(), self.most(), INDENT, self.out)?;
        // What became better needs no advice.
        if is_worse {
            for sentence in [&finding.message, &finding.advice] {
                write_lines(&wrap(&cell_text::escape_unprintable(sentence), inner.width), INDENT, self.out)?;
            }
        }
        writeln!(self.out)
    }

    /// Writes what else there is to know.
    fn remarks(&mut self, changes: &Changes) -> io::Result<()> {
        let gaps = uncertain_rows::gaps(changes);
        for gap in gaps.iter().take(self.most()) {
            self.sentence(&cell_text::escape_unprintable(gap))?;
        }
        write_left_out(gaps.len(), self.most(), "", self.out)?;
        let notes: Vec<String> = changes.notes.iter().map(|note| format!("note: {note}")).collect();
        for note in &notes {
            self.sentence(&cell_text::escape_unprintable(note))?;
        }
        if !gaps.is_empty() || !notes.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }
}
