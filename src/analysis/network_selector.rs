//! Selectors of networks and of what is in them, as the configuration has them, compiled once.

use ipnet::IpNet;

use super::filter::{FilterError, TextPattern};
use crate::model::{NetworkSelector, Provider, Tags};

/// What a selector looks at.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) struct Selectable<'a> {
    /// The cloud; `None` for what is of no particular one, which no `provider` selects.
    pub provider: Option<Provider>,
    /// Id of the account.
    pub account: &'a str,
    /// Name of the account.
    pub account_name: Option<&'a str>,
    /// Region name.
    pub region: &'a str,
    /// Id of the network.
    pub network: &'a str,
    /// Name of the network.
    pub network_name: Option<&'a str>,
    /// Its tags.
    pub tags: &'a Tags,
}

/// A compiled [`NetworkSelector`].
#[derive(Debug)]
pub(in crate::analysis) struct CompiledSelector {
    provider: Option<Provider>,
    account: Option<TextPattern>,
    region: Option<TextPattern>,
    network: Option<TextPattern>,
    tag: Option<(String, TextPattern)>,
    prefix: Option<IpNet>,
}

impl CompiledSelector {
    /// Compiles a selector.
    ///
    /// # Errors
    /// When a text is not a valid glob.
    pub fn new(selector: &NetworkSelector) -> Result<Self, FilterError> {
        let compile =
            |text: &Option<String>| text.as_deref().map(|text| TextPattern::new(text, text)).transpose();
        let tag = match &selector.tag {
            Some((key, value)) => Some((key.clone(), TextPattern::new(value, value)?)),
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

    /// Tells whether a prefix lies in the one that it names, if it names one.
    pub fn selects_prefix(&self, prefix: IpNet) -> bool {
        self.prefix.is_none_or(|within| within.contains(&prefix))
    }

    /// Tells whether it selects what has these blocks. One of them is enough for the prefix.
    pub fn selects_any_block(&self, candidate: &Selectable<'_>, blocks: &[IpNet]) -> bool {
        let within = |within: IpNet| blocks.iter().any(|block| within.contains(block));
        self.prefix.is_none_or(within) && self.selects(candidate)
    }

    /// Tells whether it selects `candidate`, apart from the prefix.
    pub fn selects(&self, candidate: &Selectable<'_>) -> bool {
        let any = |pattern: &Option<TextPattern>, texts: [Option<&str>; 2]| match pattern {
            None => true,
            Some(pattern) => texts.into_iter().flatten().any(|text| pattern.matches(text)),
        };
        self.provider.is_none_or(|provider| Some(provider) == candidate.provider)
            && any(&self.account, [Some(candidate.account), candidate.account_name])
            && any(&self.region, [Some(candidate.region), None])
            && any(&self.network, [Some(candidate.network), candidate.network_name])
            && self
                .tag
                .as_ref()
                .is_none_or(|(key, value)| candidate.tags.get(key).is_some_and(|text| value.matches(text)))
    }
}
