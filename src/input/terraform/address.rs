//! Addresses of resources, and references, which are written alike: `module.net["a.b"].aws_vpc.main[0].id`.

/// A name with the index after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressStep {
    /// The name.
    pub name: String,
    /// What is in the brackets, as it is written.
    pub index: Option<String>,
}

impl AddressStep {
    fn new(text: &str) -> Self {
        let (name, index) = match text.split_once('[') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(']').unwrap_or(rest).to_owned())),
            None => (text, None),
        };
        Self { name: name.to_owned(), index }
    }

    /// Tells whether `step` is among those that this one means; without an index it means all.
    pub fn covers(&self, step: &Self) -> bool {
        self.name == step.name && (self.index.is_none() || self.index == step.index)
    }
}

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceAddress {
    /// Names and indices of the modules that lead to it.
    pub modules: Vec<AddressStep>,
    /// What follows: for a resource its type, its name and perhaps attributes.
    pub rest: Vec<AddressStep>,
}

impl ResourceAddress {
    /// Takes `text` apart.
    pub fn parse(text: &str) -> Self {
        let mut modules = Vec::new();
        let mut rest = steps(text).into_iter().peekable();
        while rest.next_if(|step| step.name == "module").is_some() {
            modules.extend(rest.next());
        }
        Self { modules, rest: rest.collect() }
    }

    /// Returns the indices of the modules and of the resource.
    pub fn indices(&self) -> impl Iterator<Item = &str> {
        self.modules.iter().chain(&self.rest).filter_map(|step| step.index.as_deref())
    }
}

/// Splits at the dots that are not in brackets; keys there are quoted and may hold anything.
fn steps(text: &str) -> Vec<AddressStep> {
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    let is_end = |c: char| {
        let is_end = c == '.' && !bracketed;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            _ => {}
        }
        is_end
    };
    text.split(is_end).map(AddressStep::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, index: Option<&str>) -> AddressStep {
        AddressStep { name: name.to_owned(), index: index.map(str::to_owned) }
    }

    #[test]
    fn keys_may_hold_dots_brackets_and_quotes() {
        let address = ResourceAddress::parse(r#"module.net["a.b"].module.in.aws_vpc.this["c\"].d"]"#);
        assert_eq!(address.modules, [step("net", Some(r#""a.b""#)), step("in", None)]);
        assert_eq!(address.rest, [step("aws_vpc", None), step("this", Some(r#""c\"].d""#))]);
        assert_eq!(address.indices().collect::<Vec<_>>(), [r#""a.b""#, r#""c\"].d""#]);
    }

    #[test]
    fn a_step_without_an_index_means_all_instances() {
        assert!(step("a", None).covers(&step("a", Some("0"))));
        assert!(step("a", Some("0")).covers(&step("a", Some("0"))));
        assert!(!step("a", Some("0")).covers(&step("a", Some("1"))));
        assert!(!step("a", None).covers(&step("b", None)));
    }
}
