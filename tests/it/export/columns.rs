//! What tables look like: columns, templates, tags, and what stands between cells.

use std::fs;

use netcensus::analysis::columns::columns_of;
use netcensus::model::Kind;

use super::{csv, export, save};
use crate::support::Home;

fn header(home: &Home, file: &str) -> Vec<String> {
    csv(&home.path().join(file)).remove(0)
}

#[test]
fn tables_have_every_column_in_the_documented_order() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    for kind in Kind::ALL {
        let names: Vec<&str> = columns_of(kind).iter().map(|spec| spec.name).collect();
        assert_eq!(header(&home, &format!("out/{kind}.csv")), names);
    }
}

#[test]
fn tsv_has_the_cells_of_csv_whichever_flag_asks_for_it() {
    let home = Home::new();
    export(&home, "--to n.csv --kind networks -q").run().succeeds();
    let expected = csv(&home.path().join("n.csv"));
    for (file, flags) in
        [("n.tsv", ""), ("a.txt", "-o tsv"), ("b.txt", "--output tsv"), ("c.txt", "--format tsv")]
    {
        export(&home, &format!("--to {file} {flags} --kind networks -q")).run().succeeds();
        let text = fs::read_to_string(home.path().join(file)).unwrap();
        assert!(!text.contains('\r'), "lines end in a line feed alone");
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(b'\t').from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows, expected, "{file}");
    }
    export(&home, "--to n.tsv --kind networks --delimiter ;").run().refuses(&["--delimiter", "tsv", "csv"]);
}

#[test]
fn a_template_keeps_the_shape_of_a_table() {
    let home = Home::new();
    home.write(
        "netcensus.toml",
        "[[export.templates]]\nname = \"team\"\nkind = \"networks\"\ncolumns = [\"id\", \"cidrs\", \"tag:env\"]\n\
         [[export.templates]]\nname = \"team\"\nkind = \"subnets\"\ncolumns = [\"id\"]\n",
    );
    export(&home, "--to out/ --template team -q").run().succeeds();
    assert_eq!(header(&home, "out/networks.csv"), ["id", "cidrs", "tag:env"]);
    assert_eq!(header(&home, "out/subnets.csv"), ["id"]);
    assert!(!home.path().join("out/links.csv").exists());
    export(&home, "--to n.csv --template team --kind subnets -q").run().succeeds();
    assert_eq!(header(&home, "n.csv"), ["id"]);
    export(&home, "--to out/ --template team --kind links")
        .run()
        .refuses(&["template `team` has no columns for links"]);
    export(&home, "--to out/ --template tema").run().refuses(&["template `tema` is not defined", "`team`"]);
}

#[test]
fn a_template_with_a_wrong_column_is_reported_where_it_stands() {
    let home = Home::new();
    home.write(
        "netcensus.toml",
        "[[export.templates]]\nname = \"team\"\nkind = \"networks\"\ncolumns = [\"id\", \"cidr\"]\n",
    );
    home.netcensus("config check").run().refuses(&["netcensus.toml:4:18", "did you mean `cidrs`?"]);
    home.write(
        "netcensus.toml",
        "[[export.templates]]\nname = \"team\"\nkind = \"networks\"\n\
         columns = [\"id\", \"tag:env\", \"provider\", \"tag:env\"]\n",
    );
    let twice = ["netcensus.toml:4:41", "export.templates.columns", "`tag:env` is there twice"];
    home.netcensus("config check").run().refuses(&twice);
    home.write("netcensus.toml", "[[export.templates]]\nname = \"team\"\nkind = \"networks\"\n");
    home.netcensus("config check").run().refuses(&["the template has no `columns`"]);
}

#[test]
fn tags_may_have_columns_of_their_own() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks[0].tags = [("env".into(), "prod".into()), ("owner".into(), "net".into())].into();
    });
    export(&home, "--to out/ --tag-columns env,team -q").run().succeeds();
    let rows = csv(&home.path().join("out/networks.csv"));
    let at = rows[0].iter().position(|name| name == "tag:env").unwrap();
    assert_eq!(rows[0][at..], ["tag:env", "tag:team"]);
    assert!(!rows[0].contains(&"tags".to_owned()));
    assert_eq!(rows[1][at], "prod");
    assert!(!header(&home, "out/links.csv").iter().any(|name| name.starts_with("tag:")));
    export(&home, "--to all/ --all-tags -q").run().succeeds();
    let all = header(&home, "all/networks.csv");
    assert!(all.contains(&"tag:env".to_owned()) && all.contains(&"tag:owner".to_owned()), "{all:?}");
}

#[test]
fn lines_end_as_the_standard_says_and_excel_may_be_told_of_utf_8() {
    let home = Home::new();
    export(&home, "--to n.csv --kind networks --delimiter ; -q").run().succeeds();
    let text = fs::read_to_string(home.path().join("n.csv")).unwrap();
    assert!(text.starts_with("provider;owner;"), "{text}");
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    export(&home, "--to n.csv --kind networks --delimiter tab --bom -q").run().succeeds();
    let text = fs::read_to_string(home.path().join("n.csv")).unwrap();
    assert!(text.starts_with("\u{feff}provider\towner\t"), "{text}");
    for wrong in ["ab", "a", "\""] {
        export(&home, &format!("--to n.csv --kind networks --delimiter {wrong}"))
            .run()
            .refuses(&["cannot separate cells"]);
    }
}

#[test]
fn formulas_are_defused_unless_somebody_wants_them_raw() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks[0].name = Some("=HYPERLINK(\"http://evil\")".into());
        inventory.networks[0].account = "012345678901".into();
    });
    let name = |home: &Home| {
        let rows = csv(&home.path().join("n.csv"));
        let at = rows[0].iter().position(|name| name == "name").unwrap();
        let account = rows[0].iter().position(|name| name == "account").unwrap();
        let row = rows.iter().find(|row| row[at].contains("HYPERLINK")).unwrap();
        assert_eq!(row[account], "012345678901");
        row[at].clone()
    };
    export(&home, "--to n.csv --kind networks -q").run().succeeds();
    assert!(name(&home).starts_with("'=HYPERLINK"));
    export(&home, "--to n.csv --kind networks --raw-formulas -q").run().succeeds();
    assert!(name(&home).starts_with("=HYPERLINK"));
}

#[test]
fn tags_that_nothing_has_are_named_and_those_that_cannot_be_are_refused() {
    let home = Home::new();
    let tag = |key: &str| [(key.to_owned(), "x".to_owned())].into();
    save(&home, "a.json", |inventory| {
        inventory.networks[0].tags = tag("Env");
        inventory.instances[0].tags = tag("only-here");
    });
    home.netcensus("scan all --from a.json --save a.ncsnap -q").run().succeeds();
    for file in ["a.json", "a.ncsnap"] {
        let line = |tags: &str| {
            format!("export --from {file} --to out/ --kind networks,instances --tag-columns {tags}")
        };
        let said = home.netcensus(&line("env,only-her,Env,only-here")).run().exits(0).says(&[
            "warning: none of the networks, instances has the tag `env` (did you mean `Env`?)",
            "warning: none of the networks, instances has the tag `only-her` (did you mean `only-here`?)",
        ]);
        assert_eq!(said.stderr.matches("warning: ").count(), 2, "{}", said.stderr);
        home.netcensus(&line("Env,only-here")).run().exits(0);
    }
    home.write(
        "netcensus.toml",
        "[[export.templates]]\nname = \"t\"\nkind = \"instances\"\ncolumns = [\"id\", \"tag:Env\"]\n",
    );
    export(&home, "--to i.csv --template t")
        .run()
        .exits(0)
        .says(&["none of the instances has the tag `Env`"]);
    let history = "--append-history h.csv --kind instances --tag-columns";
    let said = export(&home, &format!("{history} only-here")).run().exits(0);
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
    export(&home, &format!("{history} nowhere")).run().refuses(&["has other columns"]);
    save(&home, "a.json", |inventory| inventory.instances.clear());
    export(&home, "--to i.csv --template t -q").run().succeeds();
    let links = ["has no effect: interfaces and links have no tags"];
    for flag in ["--tag-columns env", "--all-tags"] {
        export(&home, &format!("--to out/ --kind links,interfaces {flag}")).run().refuses(&links);
    }
    home.shell("exec \"$0\" export --from a.json --to out/ --tag-columns ''")
        .run()
        .refuses(&["a key is empty"]);
}

#[test]
fn a_sheet_with_too_many_columns_says_how_to_have_fewer() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.networks[0].tags =
            (0..16_400).map(|number| (format!("k{number}"), String::new())).collect();
    });
    export(&home, "--to a.xlsx --all-tags").run().refuses(&[
        "networks have 164",
        "only 16384",
        "--tag-columns",
    ]);
}
