//! What `free` is asked, checked before anything is read.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::analysis::addresses::PRIVATE_BLOCKS;
use crate::analysis::free::{
    FreeQuestion, FreeSearch, HeldPrefix, Holder, HolderKind, Placement, Purpose, RequestedSize, Wanted,
    find_pool, inner_pools, pools_for,
};
use crate::cli::aliases;
use crate::cli::free::FreeArgs;
use crate::cli::source::SourceArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Pool, PrefixError, typed_prefix};

/// The registry entry whose blocks are searched without pools.
const RFC_1918: &str = "RFC 1918";

/// What is asked.
#[derive(Debug)]
pub struct FreeRequest<'a> {
    /// What to answer.
    pub question: FreeQuestion,
    /// Where to look.
    pub searches: Vec<FreeSearch<'a>>,
    /// What to look for.
    pub wanted: Option<Wanted>,
    /// What is left out.
    pub excluded: Vec<HeldPrefix<'a>>,
    /// What the report has to say about the question.
    pub notes: Vec<String>,
}

impl<'a> FreeRequest<'a> {
    /// Checks the flags.
    ///
    /// # Errors
    /// For the first that is wrong.
    pub fn new(args: &FreeArgs, pools: &'a [Pool]) -> Result<Self, Error> {
        let question = match (&args.wanted.size, &args.require, &args.why) {
            (Some(_), _, _) => FreeQuestion::Size,
            (_, Some(_), _) => FreeQuestion::Require,
            (_, _, Some(_)) => FreeQuestion::Why,
            (None, None, None) => FreeQuestion::Holes,
        };
        let mut notes = Vec::new();
        let searches = searches(args, pools, &mut notes)?;
        let wanted = wanted(args)?;
        let searches = match wanted {
            Some(_) if question == FreeQuestion::Size && searches.len() > 1 => {
                vec![FreeSearch::join(&searches)]
            }
            _ => searches,
        };
        for (wanted, search) in wanted.iter().flat_map(|wanted| searches.iter().map(move |it| (wanted, it))) {
            let flag = if question == FreeQuestion::Size { "--size" } else { "--require" };
            let resolved = wanted.size.resolve(&search.prefixes);
            resolved.map_err(|error| Error::from(error).context(format!("{flag}: {}", search.name)))?;
        }
        Ok(Self { question, searches, wanted, excluded: excluded(args)?, notes })
    }
}

fn wanted(args: &FreeArgs) -> Result<Option<Wanted>, Error> {
    let (text, flag, count) = match (&args.wanted.size, &args.require) {
        (Some(text), _) => (text, "--size", args.wanted.count),
        (None, Some(text)) => (text, "--require", 1),
        (None, None) => return Ok(None),
    };
    let size = text.parse::<RequestedSize>().map_err(|error| Error::from(error).context(flag))?;
    let placement = Placement { first_fit: args.wanted.first_fit, from_end: args.wanted.from_end };
    Ok(Some(Wanted { size, count: usize::try_from(count).unwrap_or(usize::MAX), placement }))
}

fn excluded<'a>(args: &FreeArgs) -> Result<Vec<HeldPrefix<'a>>, Error> {
    let held = |text: &String| {
        let prefix = typed_prefix(text).map_err(|error| Error::from(error).context("--except"))?;
        Ok(HeldPrefix { prefix, holder: Holder::new(HolderKind::Excluded) })
    };
    args.except.iter().map(held).collect()
}

/// Decides where to look.
fn searches<'a>(
    args: &FreeArgs,
    pools: &'a [Pool],
    notes: &mut Vec<String>,
) -> Result<Vec<FreeSearch<'a>>, Error> {
    if let Some(text) = &args.why {
        let prefix = typed_prefix(text).map_err(|error| Error::from(error).context("--why"))?;
        let mut search = prefix_search(prefix);
        search.held = pools_around(prefix, pools);
        return Ok(vec![search]);
    }
    if !args.places.is_empty() {
        return args.places.iter().map(|place| search(place, pools)).collect();
    }
    if !args.purpose.is_empty() {
        let purpose = Purpose::new(&args.purpose).map_err(|error| Error::from(error).context("--for"))?;
        if pools.is_empty() {
            notes.push(format!(
                "netcensus.toml has no pools, so {RFC_1918} is searched, and --for {purpose} has no effect"
            ));
            return Ok(vec![private_space()]);
        }
        let suitable = pools_for(pools, &purpose).map_err(|error| {
            Error::from(error).context("--for").remedy(format!("the pools are {}", names(pools)))
        })?;
        return Ok(suitable.into_iter().map(|pool| pool_search(pool, pools)).collect());
    }
    match pools {
        [] => Ok(vec![private_space()]),
        [_, _, ..] if args.wanted.size.is_some() => Err(Error::usage(
            "there are several pools, and --size does not say which one to use",
        )
        .remedy(format!(
            "name one of {}, or say what the prefix is for: `--for region=eu-west-1`",
            names(pools)
        ))),
        pools => Ok(pools.iter().map(|pool| pool_search(pool, pools)).collect()),
    }
}

/// Looks in a pool or a prefix.
///
/// # Errors
/// When it is neither.
pub fn search<'a>(place: &str, pools: &'a [Pool]) -> Result<FreeSearch<'a>, Error> {
    if let Some(pool) = find_pool(pools, place) {
        return Ok(pool_search(pool, pools));
    }
    match typed_prefix(place) {
        Ok(prefix) => Ok(prefix_search(prefix)),
        Err(error) => Err(refuse_place(place, error, pools)),
    }
}

/// Says what is wrong with a place that is neither a prefix nor a pool.
fn refuse_place(place: &str, error: PrefixError, pools: &[Pool]) -> Error {
    let length = place.strip_prefix('/').unwrap_or(place);
    if aliases::names_inventory(place) {
        return Error::usage(format!("`{place}` is not a prefix or a pool"))
            .remedy(format!("to read a saved inventory, write --from {place}"));
    }
    let error: Error = match error {
        error if place.contains('/') => error.into(),
        _ if pools.is_empty() => {
            Error::usage(format!("`{place}` is not a prefix, and netcensus.toml defines no pools"))
                .remedy("write a prefix such as 10.0.0.0/8, or add the pool: `[[pools]]`")
        }
        _ => Error::usage(format!("there is no pool `{place}`"))
            .remedy(format!("the pools are {}", names(pools))),
    };
    if length.parse::<u8>().is_ok_and(|length| length <= 128) {
        return error.remedy(format!("for a free /{length}: --size {length}"));
    }
    error
}

fn names(pools: &[Pool]) -> String {
    pools.iter().map(|pool| pool.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn pool_search<'a>(pool: &'a Pool, pools: &'a [Pool]) -> FreeSearch<'a> {
    let held = inner_pools(pools, pool);
    FreeSearch { name: pool.name.clone(), is_pool: true, prefixes: pool.prefixes.clone(), held }
}

/// Looks in a prefix.
pub fn prefix_search<'a>(prefix: IpNet) -> FreeSearch<'a> {
    FreeSearch { name: prefix.to_string(), is_pool: false, prefixes: vec![prefix], held: Vec::new() }
}

fn private_space<'a>() -> FreeSearch<'a> {
    let blocks = PRIVATE_BLOCKS.iter().filter(|(_, rfc)| *rfc == RFC_1918);
    let prefixes = blocks.map(|(prefix, _)| *prefix).collect();
    FreeSearch { name: RFC_1918.to_owned(), is_pool: false, prefixes, held: Vec::new() }
}

/// Lists the prefixes that pools reserve, for `--why`.
fn pools_around<'a>(prefix: IpNet, pools: &'a [Pool]) -> Vec<HeldPrefix<'a>> {
    let reserved = pools.iter().flat_map(|pool| pool.reserved.iter().map(move |reserved| (*reserved, pool)));
    let reserved = reserved.filter(|(reserved, _)| reserved.contains(&prefix) || prefix.contains(reserved));
    let held = |(prefix, pool): (IpNet, &'a Pool)| HeldPrefix {
        prefix,
        holder: Holder { id: Some(&pool.name), ..Holder::new(HolderKind::PoolReserved) },
    };
    reserved.map(held).collect()
}

/// Says that only a part of the clouds is read, and how to choose a pool instead.
pub fn note_restrictions(args: &FreeArgs, settings: &Settings) -> Option<String> {
    let restrictions = restrictions(&args.source, settings)?;
    Some(format!(
        "{restrictions}: networks elsewhere may have these addresses. To choose a pool by region, use --for"
    ))
}

/// Says that only a part of the clouds is read, and by which flags; the caller adds what that means.
pub fn restrictions(source: &SourceArgs, settings: &Settings) -> Option<String> {
    if source.from.is_some() {
        return None;
    }
    let aws = &settings.aws;
    let restricting = [
        ("--region", aws.regions.value.is_empty()),
        ("--exclude-region", aws.exclude_regions.value.is_empty()),
        ("--aws-account", aws.accounts.value.is_empty()),
        ("--exclude-aws-account", aws.exclude_accounts.value.is_empty()),
        ("--exclude-azure-subscription", settings.azure.exclude_subscriptions.value.is_empty()),
    ];
    let flags: BTreeSet<&str> =
        restricting.iter().filter(|(_, is_empty)| !is_empty).map(|(flag, _)| *flag).collect();
    let flags: Vec<&str> = flags.into_iter().collect();
    (!flags.is_empty()).then(|| format!("only a part of the clouds is read ({})", flags.join(", ")))
}
