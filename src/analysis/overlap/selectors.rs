//! Selectors of networks, compiled.

use globset::GlobMatcher;
use ipnet::IpNet;

use super::super::filter::{FilterError, glob};
use super::owners::Holder;
use crate::model::{Provider, Selector};

/// A glob over the whole of a text, or a plain text, which is compared much faster.
#[derive(Debug)]
enum Pattern {
    Plain(String),
    Glob(GlobMatcher),
}

impl Pattern {
    fn new(text: &str) -> Result<Self, FilterError> {
        if text.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            return glob(text, text).map(Self::Glob);
        }
        Ok(Self::Plain(text.to_lowercase()))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) if text.is_ascii() => plain.eq_ignore_ascii_case(text),
            Self::Plain(plain) => *plain == text.to_lowercase(),
            Self::Glob(glob) => glob.is_match(text.to_lowercase()),
        }
    }
}

/// A [`Selector`], ready to be asked.
#[derive(Debug)]
pub(super) struct Matcher {
    provider: Option<Provider>,
    account: Option<Pattern>,
    region: Option<Pattern>,
    network: Option<Pattern>,
    tag: Option<(String, Pattern)>,
    prefix: Option<IpNet>,
}

impl Matcher {
    /// Compiles a selector.
    ///
    /// # Errors
    /// When a text is not a glob.
    pub fn new(selector: &Selector) -> Result<Self, FilterError> {
        let compile = |text: &Option<String>| text.as_deref().map(Pattern::new).transpose();
        let tag = match &selector.tag {
            Some((key, value)) => Some((key.clone(), Pattern::new(value)?)),
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
        let any = |pattern: &Option<Pattern>, texts: [Option<&str>; 2]| match pattern {
            None => true,
            Some(pattern) => texts.into_iter().flatten().any(|text| pattern.matches(text)),
        };
        self.provider.is_none_or(|provider| Some(provider) == holder.provider())
            && any(&self.account, [Some(&network.account), network.account_name.as_deref()])
            && any(&self.region, [Some(&network.region), None])
            && any(&self.network, [Some(&network.id), network.name.as_deref()])
            && self
                .tag
                .as_ref()
                .is_none_or(|(key, value)| network.tags.get(key).is_some_and(|text| value.matches(text)))
    }
}
