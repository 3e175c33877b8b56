//! Pages, and the tokens that lead to the next one.

use super::call::Call;
use crate::sandbox::estate::hash;

/// A stretch of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    start: usize,
    size: usize,
}

impl Page {
    /// All of a list.
    pub const WHOLE: Self = Self { start: 0, size: usize::MAX };

    /// Makes the page that `token` leads to, the first one without; `None` when the token is not ours:
    /// made up, or from another account, region or action.
    pub fn at(call: &Call<'_>, token: Option<&str>, size: usize) -> Option<Self> {
        let start = match token {
            Some(token) => usize::from_str_radix(token.get(16..)?, 16).ok()?,
            None => 0,
        };
        let genuine = token.is_none_or(|token| token == make_token(call, start));
        genuine.then_some(Self { start, size: size.max(1) })
    }

    /// Cuts the page out of `items`; returns it with the token of the next one.
    pub fn cut<'i, T>(&self, call: &Call<'_>, items: &'i [T]) -> (&'i [T], Option<String>) {
        let start = self.start.min(items.len());
        let end = start.saturating_add(self.size).min(items.len());
        let next = match call.page_loop {
            Some(pages) if self.size < items.len() && start >= self.size.saturating_mul(pages.get() - 1) => {
                Some(self.size)
            }
            _ => (end < items.len()).then_some(end),
        };
        (&items[start..end], next.map(|start| make_token(call, start)))
    }
}

fn make_token(call: &Call<'_>, start: usize) -> String {
    let check = hash(&format!("{}/{}/{}/{start}", call.account.id, call.region, call.action));
    format!("{check:016x}{start:x}")
}
