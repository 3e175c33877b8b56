//! The long lists of a snapshot, left in its file and read one row after the other.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::load::{LoadError, Loaded, Opened, Source};
use super::raw;
use crate::model::{Identity, Kind, Resource, Rows};
use crate::snapshot::{About, Reader};

/// The kinds of which there are as many as there are machines.
const LONG: [Kind; 2] = [Kind::Instances, Kind::Interfaces];

/// The instances and interfaces of a snapshot. The file is held open, so that they are those of the rest of it, whatever
/// becomes of its name.
#[derive(Debug)]
pub struct Shelf {
    file: File,
    name: String,
    about: About,
}

/// Reads the inventory at `source` like [`super::load_kinds`], but for the instances and interfaces of a snapshot: these
/// stay where they are. Of anything else everything is loaded.
///
/// # Errors
/// When it cannot be read or is damaged.
pub fn load_short(source: &Source, kinds: &[Kind]) -> Result<(Loaded, Option<Shelf>), LoadError> {
    let Some((reader, shelf)) = shelf(source)? else { return Ok((super::load_kinds(source, kinds)?, None)) };
    let short: Vec<Kind> = kinds.iter().copied().filter(|kind| !LONG.contains(kind)).collect();
    Ok((Opened::Snapshot(Box::new(reader)).load(&short)?, Some(shelf)))
}

/// Opens a snapshot that can be read several times.
fn shelf(source: &Source) -> Result<Option<(Reader<'static>, Shelf)>, LoadError> {
    let Source::Path(path) = source else { return Ok(None) };
    let name = path.display().to_string();
    let file = raw::open(path, &name)?;
    let failed = |source| LoadError::Io { name: name.clone(), source };
    if !file.metadata().map_err(failed)?.is_file() {
        return Ok(None);
    }
    let Opened::Snapshot(reader) = Opened::of(file.try_clone().map_err(failed)?, &name)? else {
        return Ok(None);
    };
    let about = reader.about().clone();
    Ok(Some((*reader, Shelf { file, name, about })))
}

impl Shelf {
    /// Says what no snapshot has that a scan wrote.
    fn is_not_in_order(&self, kind: Kind, identity: &Identity) -> io::Error {
        let (name, account, id) = (&self.name, &identity.account, &identity.id);
        io::Error::other(format!(
            "{name} has {kind} without id or account, twice, or in another order than netcensus writes them, at `{id}` \
             of account `{account}`; `netcensus scan all --from {name} --save NEW` tells more, and puts them in order"
        ))
    }
}

impl<T: Resource> Rows<T> for Shelf {
    fn count(&self) -> usize {
        self.about.count(T::KIND)
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let (mut last, mut taken) = (None, Ok(()));
        let mut next = |row: &T| {
            let identity = row.identity();
            let follows = last.as_ref().is_none_or(|last| *last < identity);
            if identity.id.trim().is_empty() || identity.account.trim().is_empty() || !follows {
                return Err(self.is_not_in_order(T::KIND, &identity));
            }
            last = Some(identity);
            take(row)
        };
        Reader::new(file, &self.name)?.each::<T>(|some| {
            taken = some.iter().try_for_each(&mut next);
            if taken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        taken
    }
}
