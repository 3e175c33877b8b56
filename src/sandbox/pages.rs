//! Pages of a list, and the tokens that lead through them.

use std::ops::Range;

use super::estate::hash;
use super::faults::PageLoop;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageWindow {
    list: String,
    start: usize,
    size: usize,
    page_loop: Option<PageLoop>,
    /// How often the list led back to this page, by a fault.
    round: usize,
}

impl PageWindow {
    /// All of a list.
    pub const WHOLE: Self =
        Self { list: String::new(), start: 0, size: usize::MAX, page_loop: None, round: 0 };

    /// Makes the page that `token` leads to, the first one without; `None` when the token is not ours:
    /// made up, or of another list, which the text `list` tells apart.
    pub fn from_token(
        list: String,
        token: Option<&str>,
        size: usize,
        page_loop: Option<PageLoop>,
    ) -> Option<Self> {
        let (start, round) = token.map_or(Some((0, 0)), read_token)?;
        let genuine = token.is_none_or(|token| token == make_token(&list, start, round));
        genuine.then(|| Self { list, start, size: size.max(1), page_loop, round })
    }

    /// Returns which of `len` items are on the page, with the token of the next one.
    pub fn slice(&self, len: usize) -> (Range<usize>, Option<String>) {
        let start = self.start.min(len);
        let end = start.saturating_add(self.size).min(len);
        let again = |round| Some(make_token(&self.list, start, round));
        match self.page_loop {
            Some(PageLoop::Same) => (start..end, again(1)),
            Some(PageLoop::New) => (start..end, again(self.round.saturating_add(1))),
            Some(PageLoop::NewEmpty) => (start..start, again(self.round.saturating_add(1))),
            Some(PageLoop::Alternating) => (start..end, again(self.round % 2 + 1)),
            Some(PageLoop::After(pages))
                if self.size < len && start >= self.size.saturating_mul(pages.get() - 1) =>
            {
                (start..end, Some(make_token(&self.list, self.size, 0)))
            }
            Some(PageLoop::After(_)) | None => {
                (start..end, (end < len).then(|| make_token(&self.list, end, 0)))
            }
        }
    }
}

/// Tokens are a check, where the page starts, and behind a dot how often the list led back to it.
fn make_token(list: &str, start: usize, round: usize) -> String {
    let round = if round == 0 { String::new() } else { format!(".{round:x}") };
    let check = hash(&format!("{list}/{start}{round}"));
    format!("{check:016x}{start:x}{round}")
}

fn read_token(token: &str) -> Option<(usize, usize)> {
    let (start, round) = token.get(16..).map(|rest| rest.split_once('.').unwrap_or((rest, "0")))?;
    Some((usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(round, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn page(
        list: &str,
        token: Option<&str>,
        size: usize,
        len: usize,
        page_loop: Option<PageLoop>,
    ) -> Option<(Range<usize>, Option<String>)> {
        Some(PageWindow::from_token(list.to_owned(), token, size, page_loop)?.slice(len))
    }

    #[test]
    fn tokens_lead_through_their_own_list_only() {
        let (first, next) = page("a", None, 3, 7, None).expect("is a page");
        let next = next.expect("there is more");
        let (second, last) = page("a", Some(&next), 4, 7, None).expect("is a page");
        assert_eq!((first, second, last), (0..3, 3..7, None));
        assert_eq!(page("b", Some(&next), 3, 7, None), None);
        assert_eq!(page("a", Some("00"), 3, 7, None), None);
        assert_eq!(page("a", Some(&format!("{next}.1")), 3, 7, None), None);
        assert_eq!(page("a", None, 3, 0, None), Some((0..0, None)));
        assert_eq!(PageWindow::WHOLE.slice(7), (0..7, None));
    }

    #[test]
    fn pages_of_any_size_make_the_same_whole() {
        for (size, len) in (1..=7).flat_map(|size| (0..=15).map(move |len| (size, len))) {
            let (mut seen, mut token) = (Vec::new(), None);
            loop {
                let (range, next) = page("a", token.as_deref(), size, len, None).expect("is a page");
                seen.extend(range);
                token = next;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..len).collect::<Vec<_>>(), "{size}");
        }
    }

    /// Follows a list of four items in pages of three; returns each page, and which token led to it.
    fn followed(page_loop: PageLoop) -> (Vec<Range<usize>>, Vec<usize>) {
        let (mut tokens, mut pages, mut order): (Vec<String>, _, _) = (vec![], vec![], vec![]);
        for _ in 0..5 {
            let token = order.last().map(|index: &usize| tokens[*index].clone());
            let (range, next) = page("a", token.as_deref(), 3, 4, Some(page_loop)).expect("is a page");
            let next = next.expect("never ends");
            pages.push(range);
            order.push(tokens.iter().position(|known| *known == next).unwrap_or(tokens.len()));
            if !tokens.contains(&next) {
                tokens.push(next);
            }
        }
        (pages, order)
    }

    #[test]
    fn loops_never_end() {
        let first = || vec![0..3; 5];
        assert_eq!(followed(PageLoop::Same), (first(), vec![0; 5]));
        assert_eq!(followed(PageLoop::New), (first(), vec![0, 1, 2, 3, 4]));
        assert_eq!(followed(PageLoop::NewEmpty), (vec![0..0; 5], vec![0, 1, 2, 3, 4]));
        assert_eq!(followed(PageLoop::Alternating), (first(), vec![0, 1, 0, 1, 0]));
        let after = PageLoop::After(NonZeroUsize::new(2).expect("is not 0"));
        assert_eq!(followed(after), (vec![0..3, 3..4, 3..4, 3..4, 3..4], vec![0; 5]));
    }

    /// A fault that strikes some times only leaves a list that ends.
    #[test]
    fn a_loop_that_is_over_leads_on() {
        let (_, token) = page("a", None, 3, 4, Some(PageLoop::NewEmpty)).expect("is a page");
        let (range, next) = page("a", token.as_deref(), 3, 4, None).expect("is a page");
        assert_eq!(range, 0..3);
        assert_eq!(page("a", next.as_deref(), 3, 4, None), Some((3..4, None)));
    }
}
