//! The page that findings point to has every class.

use netcensus::model::Class;

const PAGE: &str = include_str!("../../../docs/findings.md");

#[test]
fn every_class_has_a_section_with_its_code_and_whether_it_fails() {
    for class in Class::ALL {
        let head = format!("\n## {class}\n\n");
        let (_, section) = PAGE.split_once(&head).unwrap_or_else(|| panic!("no section {class}"));
        let (section, _) = section.split_once("\n## ").expect("another section follows");
        let fails = if Class::FAILING.contains(&class) { "fails by default" } else { "reported" };
        let begins = format!("`{}`, {fails}. ", class.code());
        assert!(section.starts_with(&begins), "{class} does not begin with {begins}");
        for part in ["```console\n$ ", "**Why it matters.**", "**What to do.**", "**How to accept it.**"] {
            assert!(section.contains(part), "{class} lacks {part}");
        }
        assert!(
            section.contains(&format!("\n{} {class}  ", class.code())),
            "{class} has no example of itself"
        );
    }
}

#[test]
fn the_table_of_classes_is_in_the_order_of_the_report() {
    let (_, table) = PAGE.split_once("| class | code |").expect("has the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let said: Vec<Vec<&str>> =
        rows.map(|row| row.split('|').map(str::trim).skip(1).take(3).collect()).collect();
    let expected = Class::ALL.map(|class| {
        let fails = if Class::FAILING.contains(&class) { "yes" } else { "no" };
        [format!("[{class}](#{class})"), format!("`{}`", class.code()), fails.to_owned()]
    });
    assert_eq!(said, expected);
}
