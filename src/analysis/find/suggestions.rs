//! Names that the user may have meant, where a name was not found.

use std::collections::BTreeSet;
use std::io;

use super::input::FindInput;
use super::report::{FindAnswer, ThingKind};
use crate::suggest;

/// The most names that are suggested.
const MAX_NAMES: usize = 5;

/// Names that resemble one that was not found.
pub(super) struct Suggestions<'t> {
    /// As it was typed, in lower case.
    text: &'t str,
    /// The part that names are searched for: without wildcards.
    part: String,
    /// Names that contain the part.
    containing: BTreeSet<String>,
    /// The name that is a misspelling away.
    nearest: Option<String>,
}

impl<'t> Suggestions<'t> {
    fn new(text: &'t str) -> Self {
        let parts = text.split(|c: char| "*?[]{},".contains(c));
        let part = parts.max_by_key(|part| part.len()).unwrap_or_default().to_owned();
        Self { text, part, containing: BTreeSet::new(), nearest: None }
    }

    fn look_at(&mut self, name: &str) {
        let lower = name.to_lowercase();
        // It was found, and a filter left it out.
        if lower == self.text {
            return;
        }
        if self.part.len() > 2 && lower.contains(&self.part) {
            self.containing.insert(name.to_owned());
            // The first ones are enough.
            if self.containing.len() > MAX_NAMES {
                self.containing.pop_last();
            }
        }
        let so_far = self.nearest.as_deref();
        if let Some(nearest) = suggest::nearest(self.text, so_far.into_iter().chain([name]))
            && Some(nearest) != so_far
        {
            self.nearest = Some(nearest.to_owned());
        }
    }

    fn finish(self) -> Vec<String> {
        let mut names: Vec<String> = self.nearest.into_iter().collect();
        names.extend(self.containing.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        names.truncate(MAX_NAMES);
        names
    }

    /// Adds suggestions to the answers about names that were not found. Reads all names once if there are any.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub fn add(answers: &mut [FindAnswer<'_>], input: FindInput<'_>) -> io::Result<()> {
        let is_name = |answer: &FindAnswer<'_>| matches!(answer.kind, ThingKind::Name | ThingKind::Glob);
        let wanting = answers.iter().enumerate().filter(|(_, it)| is_name(it) && it.matches.is_empty());
        let wanting: Vec<(usize, String)> =
            wanting.map(|(position, answer)| (position, answer.value.to_lowercase())).collect();
        if wanting.is_empty() {
            return Ok(());
        }
        let mut all: Vec<Suggestions<'_>> = wanting.iter().map(|(_, text)| Suggestions::new(text)).collect();
        each_name(input, &mut |name| all.iter_mut().for_each(|one| one.look_at(name)))?;
        let found: Vec<Vec<String>> = all.into_iter().map(Suggestions::finish).collect();
        for ((position, _), names) in wanting.iter().zip(found) {
            answers[*position].suggestions = names;
        }
        Ok(())
    }
}

/// Calls `look` with every name and every id, of Azure the last part.
fn each_name(input: FindInput<'_>, look: &mut dyn FnMut(&str)) -> io::Result<()> {
    let inventory = input.view.inventory;
    let mut row = |id: &str, name: Option<&str>| {
        // Ids of Azure end in the name, and are too long to be typed.
        look(id.rsplit('/').next().unwrap_or(id));
        name.into_iter().for_each(&mut *look);
    };
    inventory.accounts.iter().for_each(|it| row(&it.id, it.display_name()));
    inventory.networks.iter().for_each(|it| row(&it.id, it.name.as_deref()));
    inventory.subnets.iter().for_each(|it| row(&it.id, it.name.as_deref()));
    inventory.links.iter().for_each(|it| row(&it.id, None));
    input.ranges.iter().for_each(|it| row(&it.site, it.name.as_deref()));
    input.view.instances.each(&mut |it| {
        row(&it.id, it.name.as_deref());
        Ok(())
    })?;
    input.view.interfaces.each(&mut |it| {
        row(&it.id, None);
        Ok(())
    })
}
