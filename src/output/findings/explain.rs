//! `overlap --explain`: the section of `docs/findings.md` about a class, as plain text.

use crate::model::Class;

const PAGE: &str = include_str!("../../../docs/findings.md");

/// Returns what a class of findings means, why it hurts and what to do about it, in lines of at most 120 columns.
#[must_use]
pub fn explain_class(class: Class) -> String {
    let mut text = format!("{} {class}\n", class.code());
    let mut is_example = false;
    for line in section(class).trim_end().lines() {
        if line.starts_with("```") {
            is_example = !is_example;
        } else if is_example {
            text.extend(["    ", line, "\n"]);
        } else {
            text.extend([without_links(line).as_str(), "\n"]);
        }
    }
    text
}

/// Finds the lines between the heading of a class and the next heading.
fn section(class: Class) -> &'static str {
    let heading = format!("\n## {class}\n");
    let begin = PAGE.find(&heading).map_or(PAGE.len(), |at| at + heading.len());
    let rest = &PAGE[begin..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

/// Keeps the texts of links, and removes the marks of Markdown.
fn without_links(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, (text, after))) =
        rest.split_once('[').and_then(|(before, link)| Some((before, link.split_once("](")?)))
    {
        let Some((_, behind)) = after.split_once(')') else { break };
        plain.push_str(before);
        // In a terminal, the name of a page is of no use without its path.
        if text.strip_suffix(".md").is_some_and(|page| !page.contains('/')) {
            plain.push_str("docs/");
        }
        plain.push_str(text);
        rest = behind;
    }
    plain.push_str(rest);
    plain.replace("**", "").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_explained_in_plain_text() {
        for class in Class::ALL {
            let text = explain_class(class);
            assert!(text.starts_with(&format!("{} {class}\n\n{}", class.code(), class.code())), "{text}");
            assert!(text.contains("What to do."), "{text}");
            assert!(!text.contains("](") && !text.contains("```") && !text.contains("## "), "{text}");
            for other in Class::ALL.into_iter().filter(|other| *other != class) {
                assert!(!text.contains(&format!("\n{}, ", other.code())), "{text}");
            }
        }
    }

    #[test]
    fn a_link_is_its_text() {
        assert_eq!(without_links("see [the **list**](#list), and [x"), "see the list, and [x");
        assert_eq!(without_links("[limits.md](limits.md#a) lists all"), "docs/limits.md lists all");
    }
}
