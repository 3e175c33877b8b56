//! The recipe of pipes: its scripts run here, in order, against the sandbox, and its other scripts are bash.

use serde_json::Value;

use super::has_bash;
use crate::support::Home;

const PAGE: &str = include_str!("../../../docs/recipes/pipes.md");

/// Lists the blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = PAGE.split(&fence).skip(1);
    parts.filter_map(|part| part.split_once("```").map(|(block, _)| block.to_owned())).collect()
}

#[test]
#[cfg_attr(not(feature = "aws"), ignore = "scans the sandbox")]
fn the_steps_of_the_recipe_choose_a_network_and_hand_it_to_other_tools() {
    if !has_bash() {
        return;
    }
    let home = Home::new();
    home.write("network.toml", &blocks("toml")[0]);
    let scripts = blocks("bash");
    for script in &scripts {
        home.write("script.sh", script);
        home.shell("bash -n script.sh").run().succeeds();
    }
    // The clouds of the recipe are the sandbox here.
    for script in scripts.iter().take(3) {
        let script =
            script.replace("netcensus free", "\"$NETCENSUS_BIN\" free --sandbox --reservations r.json");
        let script =
            script.replace("netcensus reserve", "\"$NETCENSUS_BIN\" reserve --sandbox --reservations r.json");
        home.write("script.sh", script);
        home.shell("NETCENSUS_BIN=\"$0\" bash script.sh").run().exits(0);
    }
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(home.path().join(name)).unwrap()).unwrap()
    };
    let (state, variables) = (read("state.json"), read("network.auto.tfvars.json"));
    assert_eq!(state["ticket"], "NET-42");
    assert_eq!(state["plan"]["prefixes"][0], state["reservation"]["prefix"]);
    assert_eq!(variables["network_prefix"], state["plan"]["prefixes"][0]);
    assert_eq!(read("parameters.json")[0]["ParameterKey"], "AppPrefixes");
}
