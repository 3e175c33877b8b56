//! Why an answer is not believed, whatever the SDK could decode of it.

use crate::clouds::causes::causes;

/// Why an answer is not believed. It ends the request: asking again would bring the same answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It ends in the middle.
    #[error("the answer was cut short: {0}")]
    CutShort(String),
    /// It is something else than an answer to this action.
    #[error("the answer is not the API's")]
    Foreign,
    /// Its status says that it is not the whole answer.
    #[error("HTTP {0} is not a whole answer")]
    Partial(u16),
    /// It breaks the rules of its format.
    #[error("the answer is not well-formed: {0}")]
    Malformed(String),
    /// It lacks its list, which it has also when that is empty.
    #[error("the answer has no {0}")]
    NoList(&'static str),
    /// It has something twice, and one of both would be lost.
    #[error("the answer has <{0}> twice")]
    Repeated(String),
    /// Its list has something else than rows in it.
    #[error("the answer has <{0}> where a list has <item>")]
    NoItem(String),
    /// It has an error beside its list.
    #[error("the answer has <{0}> beside its list, which may not be whole")]
    Refusal(String),
    /// The SDK cannot read it.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

impl Flaw {
    /// Finds what was wrong with the answer, when that is what failed.
    pub fn of<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        causes(error).find_map(|link| link.downcast_ref::<Self>())
    }
}
