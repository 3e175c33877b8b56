//! Tags come, change and go.

use super::subscription_change::SubscriptionChange;
use crate::sandbox::estate::azure::{Named, Subscription};

/// What tags say.
const KEYS: [&str; 3] = ["owner", "environment", "costCenter"];

/// Something that has tags, by its place.
#[derive(Clone, Copy)]
enum Tagged {
    Network(usize),
    Machine(usize),
    Interface(usize),
}

impl Tagged {
    fn named_in(self, all: &mut Subscription) -> &mut Named {
        match self {
            Self::Network(place) => &mut all.networks[place].named,
            Self::Machine(place) => &mut all.machines[place].named,
            Self::Interface(place) => &mut all.interfaces[place].named,
        }
    }

    /// Returns the operation that sets tags together with the rest of the resource.
    const fn operation(self) -> &'static str {
        match self {
            Self::Network(_) => "Microsoft.Network/virtualNetworks/write",
            Self::Machine(_) => "Microsoft.Compute/virtualMachines/write",
            Self::Interface(_) => "Microsoft.Network/networkInterfaces/write",
        }
    }
}

impl SubscriptionChange<'_> {
    /// Sets a tag of a network, a machine or an interface.
    pub fn set_tag(&mut self) -> Option<()> {
        let tagged = self.pick_tagged(|_| true)?;
        let key = KEYS[self.draw.below(KEYS.len())];
        let value = format!("{key}-{}", self.ids.number());
        tagged.named_in(self.contents()).tags.insert(key.into(), value);
        self.emit_tags(tagged);
        Some(())
    }

    /// Deletes a tag.
    pub fn delete_tag(&mut self) -> Option<()> {
        let tagged = self.pick_tagged(|named| !named.tags.is_empty())?;
        let keys: Vec<String> = tagged.named_in(self.contents()).tags.keys().cloned().collect();
        let key = self.draw.pick(&keys)?;
        tagged.named_in(self.contents()).tags.remove(key);
        self.emit_tags(tagged);
        Some(())
    }

    /// Tags are written with the resource, or as a resource of their own below it:
    /// <https://learn.microsoft.com/rest/api/resources/tags>.
    fn emit_tags(&mut self, tagged: Tagged) {
        let id = tagged.named_in(self.contents()).id.clone();
        if self.draw.below(2) == 0 {
            self.emit(tagged.operation(), &id);
        } else {
            let id = format!("{id}/providers/Microsoft.Resources/tags/default");
            self.emit("Microsoft.Resources/tags/write", &id);
        }
    }

    fn pick_tagged(&mut self, fits: impl Fn(&Named) -> bool) -> Option<Tagged> {
        match self.draw.below(4) {
            0 => self.pick_network(|network| fits(&network.named)).map(Tagged::Network),
            1 => self.pick_interface(|interface| fits(&interface.named)).map(Tagged::Interface),
            _ => self.pick_machine(|machine| fits(&machine.named)).map(Tagged::Machine),
        }
    }
}
