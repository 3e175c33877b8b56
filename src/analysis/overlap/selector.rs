//! Selectors of networks, compiled.

use globset::GlobMatcher;
use ipnet::IpNet;

use super::super::filter::{FilterError, glob};
use super::holders::Holder;
use crate::model::{Provider, Selector};

/// A [`Selector`], ready to be asked.
#[derive(Debug)]
pub(super) struct Matcher {
    provider: Option<Provider>,
    account: Option<GlobMatcher>,
    region: Option<GlobMatcher>,
    network: Option<GlobMatcher>,
    tag: Option<(String, GlobMatcher)>,
    prefix: Option<IpNet>,
}

impl Matcher {
    /// Compiles a selector.
    ///
    /// # Errors
    /// When a text is not a glob.
    pub fn new(selector: &Selector) -> Result<Self, FilterError> {
        let compile = |text: &Option<String>| text.as_deref().map(|text| glob(text, text)).transpose();
        let tag = match &selector.tag {
            Some((key, value)) => Some((key.clone(), glob(value, value)?)),
            None => None,
        };
        Ok(Self {
            provider: selector.provider,
            account: compile(&selector.account)?,
            region: compile(&selector.region)?,
            network: compile(&selector.network)?,
            tag,
            prefix: selector.prefix,
        })
    }

    /// Tells whether a prefix is one that it asks for.
    pub fn covers(&self, prefix: IpNet) -> bool {
        self.prefix.is_none_or(|within| within.contains(&prefix))
    }

    /// Tells whether it selects `holder` for any of its `blocks`.
    pub fn selects_any(&self, holder: &Holder<'_>, blocks: &[IpNet]) -> bool {
        let within = |within: IpNet| blocks.iter().any(|block| within.contains(block));
        self.prefix.is_none_or(within) && self.selects_holder(holder)
    }

    /// Tells whether it selects `holder`, whatever the prefix. What is planned in no cloud in particular is of no
    /// provider.
    pub fn selects_holder(&self, holder: &Holder<'_>) -> bool {
        let network = &holder.network;
        let any = |glob: &Option<GlobMatcher>, texts: [Option<&str>; 2]| match glob {
            None => true,
            Some(glob) => texts.into_iter().flatten().any(|text| glob.is_match(text.to_lowercase())),
        };
        self.provider.is_none_or(|provider| Some(provider) == holder.provider())
            && any(&self.account, [Some(&network.account), network.account_name.as_deref()])
            && any(&self.region, [Some(&network.region), None])
            && any(&self.network, [Some(&network.id), network.name.as_deref()])
            && self.tag.as_ref().is_none_or(|(key, value)| {
                network.tags.get(key).is_some_and(|text| value.is_match(text.to_lowercase()))
            })
    }
}
