//! Where an address, a prefix, a hardware address, an id or a name is: what has it, and what is around that.
//!
//! [`find`] looks for several things in one pass over an inventory. The things are arranged by prefix and name
//! ([`thing_index`]), so that a row is compared with those only that it may have. What was not read decides whether a
//! thing that was not found does not exist ([`relevance`]).

mod answers;
mod history;
mod input;
mod mac_address;
mod prefix_index;
mod relevance;
mod report;
mod reserved;
mod resource_index;
mod search;
mod suggestions;
mod thing;
mod thing_index;

pub use answers::{find, kinds_that_matter};
pub use history::{FindHistory, HeldPeriod, HistoryAnswer, HistoryBuilder, PastHolder, SearchedSnapshot};
pub use input::FindInput;
pub use prefix_index::PrefixIndex;
pub use report::{
    FIND_VERSION, FarEnd, FindAnswer, FindMatch, FindReport, FindStatus, HubMembers, JoinedLink, MatchKind,
    MatchRelation, NetworkLinks, ThingKind,
};
pub use thing::{FindQuery, NamePattern, Thing, ThingError};
