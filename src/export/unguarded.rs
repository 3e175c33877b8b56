//! Says that `--max-drop` has nothing to compare with: the first export of a place, or one whose name changes every day.

use std::fs;
use std::path::{Path, PathBuf};

use super::target::{Target, folder_of};
use crate::ui::Ui;

/// Says why nothing was compared, also when quiet where it will be so at every run.
pub fn say(target: Option<&Target>, history: Option<&Path>, ui: &Ui) {
    let place = target.and_then(Target::manifest);
    let absent = match (place, history) {
        (Some(manifest), _) => format!("there is no {} of an earlier export", manifest.display()),
        (None, Some(history)) => format!("{} has no rows of another day", history.display()),
        (None, None) => return,
    };
    let message = format!("--max-drop compared nothing: {absent}");
    match place.and_then(namesake) {
        None => ui.warn(&message),
        Some((other, remedy)) => ui.insist(&format!(
            "{message}, though {} was exported under a name with other digits; {remedy}",
            other.display()
        )),
    }
}

/// Finds an export beside that of `manifest` whose name differs in digits alone, as by a date, and what keeps one
/// manifest for all of them.
fn namesake(manifest: &Path) -> Option<(PathBuf, &'static str)> {
    let name = manifest.file_name()?.to_str()?;
    let folder = folder_of(manifest);
    if name.starts_with('.') {
        let other = sibling(folder, name, std::path::Path::is_file)?;
        let file = other
            .file_name()?
            .to_str()?
            .trim_start_matches('.')
            .trim_end_matches(".manifest.json")
            .to_owned();
        return Some((other.with_file_name(file), "write {date} for the date in the name of the file"));
    }
    let other = sibling(folder_of(folder), folder.file_name()?.to_str()?, |path| path.join(name).is_file())?;
    Some((other, "export to a directory whose name stays the same"))
}

/// Finds the last in `folder` whose name is `name` but for digits, among those that `fit`.
fn sibling(folder: &Path, name: &str, fit: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let masked = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "0");
    let paths = fs::read_dir(folder).ok()?.filter_map(|file| Some(file.ok()?.path()));
    let is_like = |path: &PathBuf| {
        let other = path.file_name().and_then(|other| other.to_str());
        other.is_some_and(|other| other != name && masked(other) == masked(name)) && fit(path)
    };
    paths.filter(is_like).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_of_another_day_is_found_by_its_digits() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        let file = |name: &str| inside(&format!(".{name}.manifest.json"));
        for name in [file("a-2026-11-25.csv"), file("a-2026-11-26.csv"), file("other.csv")] {
            fs::write(name, "{}").unwrap();
        }
        let (other, remedy) = namesake(&file("a-2026-11-27.csv")).unwrap();
        assert_eq!(other, inside("a-2026-11-26.csv"));
        assert!(remedy.contains("{date}"));
        assert_eq!(namesake(&file("b-2026-11-27.csv")), None);
        assert_eq!(namesake(&file("other.csv")), None);
        for day in ["1", "2"] {
            fs::create_dir(inside(&format!("day-{day}"))).unwrap();
        }
        assert_eq!(namesake(&inside("day-2/manifest.json")), None, "the other was no export");
        fs::write(inside("day-1/manifest.json"), "{}").unwrap();
        assert_eq!(namesake(&inside("day-2/manifest.json")).unwrap().0, inside("day-1"));
    }
}
