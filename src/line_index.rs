//! The lines of a text, by places in it.

/// Where the lines of a text begin. To count them anew for every place takes minutes in a file of many thousand rows.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Goes through the text once.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        Self { starts: std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect() }
    }

    /// Returns the number of the line that has the byte at `offset`, counted from 1, and the offset at which it begins. A
    /// place after the end is in the last line.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        (line, self.starts[line - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_line_that_they_are_counted_to() {
        let text = b"ab\n\ncd\n";
        let lines = LineIndex::new(text);
        for offset in 0..=text.len() {
            let before = &text[..offset];
            let counted = before.split(|byte| *byte == b'\n').count();
            let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            assert_eq!(lines.line_at(offset), (counted, start), "{offset}");
        }
        assert_eq!(lines.line_at(usize::MAX), (4, 7));
        assert_eq!(LineIndex::new(b"").line_at(0), (1, 0));
    }
}
