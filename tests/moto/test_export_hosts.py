"""What `netcensus export` writes of hosts, read by Ansible, and by Prometheus' promtool where there is one."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

PROMTOOL = os.environ.get("PROMTOOL", "promtool")
BIN = Path(sys.executable).parent
GONE = ("terminated", "shutting-down")
# What would leave a file behind if anybody ran it: as a value, as a key, with marks of its own.
RUN = "{{ lookup('pipe', 'touch ran-%s') }}"
HEADER = "#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% lookup('pipe', 'touch ran-header') %]"
# What YAML has no room for, or a reader of it takes for something else.
ODD = "\"'\\ \t\r\n\x00\x1b\x7f\x85\xa0\ufeff\ufffe\uffff\u2028\u202e\U000e0041 日本 🚀 : # - ? & * ! | > % @ `"
HOSTILE = {
    "value": RUN % "value",
    RUN % "key": "x",
    "header": HEADER,
    "block": "{% for i in lookup('pipe', 'touch ran-block') %}{% endfor %}",
    ODD: ODD,
    "no": "no",
    "number": "0123",
    "empty": "",
    "k" * 3000: "v" * 3000,
}


@pytest.fixture
def exported(home):
    """The sandbox as a document with a hostile machine, and the files of hosts that are made of it."""
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    victim = next(row for row in document["instances"] if row["private_ips"] and row["state"] == "running")
    victim.update(name=RUN % "name", tags=HOSTILE)
    (home.path / "a.json").write_text(json.dumps(document))
    export(home, "a.json", "out/", "--port", "9100")
    living = {row["id"]: row for row in document["instances"] if row["state"] not in GONE}
    return living, victim, home.path / "out"


def export(home, source, to, *args):
    return home.run("export", "--from", source, "--to", to, "--format", "ansible,prometheus", *args).expect(0)


def ansible(home, program, *args):
    """Runs a program of Ansible, which must have nothing to complain of."""
    done = home.program(BIN / program, *args).expect(0)
    assert "WARNING" not in done.err and "ERROR" not in done.err, done.err
    return done.out


def plain(value):
    """Takes away how ansible-inventory marks what is not to be run."""
    if isinstance(value, dict):
        if list(value) == ["__ansible_unsafe"]:
            return value["__ansible_unsafe"]
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def assert_nothing_ran(home):
    assert not list(home.path.rglob("ran-*"))


def test_every_machine_is_a_host_with_all_that_is_known_of_it(exported, home):
    living, _, folder = exported
    listed = json.loads(ansible(home, "ansible-inventory", "-i", folder / "ansible.yml", "--list"))
    hosts = {name: plain(known) for name, known in listed["_meta"]["hostvars"].items()}
    assert {known["netcensus_id"] for known in hosts.values()} == set(living)
    for name, known in hosts.items():
        row = living[known["netcensus_id"]]
        for key in ("provider", "account", "region", "zone", "name", "network", "subnet", "type", "state", "tags"):
            assert known.get(f"netcensus_{key}") == row[key], (name, key)
        for key in ("private_ips", "public_ips"):
            assert known.get(f"netcensus_{key}", []) == row[key], (name, key)
        assert known.get("ansible_host") == next(iter(row["private_ips"]), None)
        assert name == row["id"] or row["provider"] == "azure" and name.startswith(row["name"].lower())
    groups = {name for name in listed if name not in ("_meta", "all")}
    assert not groups & set(hosts)
    for group, provider in (("aws", "aws"), ("azure", "azure")):
        assert set(listed[group]["hosts"]) == {n for n, k in hosts.items() if k["netcensus_provider"] == provider}
    stopped = {n for n, known in hosts.items() if known.get("netcensus_state") == "stopped"}
    assert stopped and set(listed["state_stopped"]["hosts"]) == stopped


def test_groups_are_shown_as_a_tree(exported, home):
    living, victim, folder = exported
    graph = ansible(home, "ansible-inventory", "-i", folder / "ansible.yml", "--graph")
    assert graph.startswith("@all:")
    for group in ("aws", "azure", "region_eu_west_1", "tag_no_no", "tag_empty_"):
        assert f"|--@{group}:" in graph, graph[:2000]
    assert len({line.split("|--")[-1] for line in graph.splitlines() if "|--@" not in line}) == len(living) + 1
    assert f"|--{victim['id']}" in graph
    assert_nothing_ran(home)


def test_no_template_in_a_tag_is_ever_run(exported, home):
    _, victim, folder = exported
    inventory = ("-i", folder / "ansible.yml", "-c", "local", victim["id"], "-m", "debug", "-a")
    shown = ansible(home, "ansible", *inventory, "var=netcensus_tags")
    assert json.loads(shown.partition("=> ")[2])["netcensus_tags"] == HOSTILE
    shown = ansible(home, "ansible", *inventory, "var=netcensus_name")
    assert json.loads(shown.partition("=> ")[2])["netcensus_name"] == RUN % "name"
    ansible(home, "ansible", *inventory, "msg={{ netcensus_tags.header ~ netcensus_name }}")
    play(home, folder / "ansible.yml", victim)
    assert_nothing_ran(home)
    # The same without the marks, or nothing was proved.
    text = (folder / "ansible.yml").read_text()
    play(home, home.write("marks.yml", text.replace("!unsafe ", "")), victim)
    ran = {path.name for path in home.path.rglob("ran-*")}
    assert ran == {"ran-value", "ran-key", "ran-header", "ran-block"}


def play(home, inventory, victim):
    """Shows each tag in a loop, as playbooks do."""
    task = "{debug: {msg: '{{ item.key }}{{ item.value }}'}, loop: '{{ netcensus_tags | dict2items }}'}"
    book = home.write(
        "book.yml", f"- {{hosts: all, connection: local, gather_facts: false, tasks: [{task}]}}\n"
    )
    home.program(BIN / "ansible-playbook", "-i", inventory, "--limit", victim["id"], book).expect(0)


def test_an_estate_without_machines_is_a_valid_inventory(home):
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    document["instances"] = []
    (home.path / "a.json").write_text(json.dumps(document))
    export(home, "a.json", "out/")
    listed = json.loads(ansible(home, "ansible-inventory", "-i", home.path / "out/ansible.yml", "--list"))
    assert listed["_meta"]["hostvars"] == {}
    check_config(home, home.path / "out/prometheus.json")


def test_an_incomplete_inventory_is_read_and_says_what_it_lacks(home):
    fault = ("--fault", "deny@region=eu-west-1,action=DescribeInstances")
    done = home.run("export", "--sandbox", *fault, "--to", "hosts.yml", "--format", "ansible", "--allow-incomplete")
    assert done.code == 3, done.err
    assert "# INCOMPLETE: hosts may be missing.\n# - " in (home.path / "hosts.yml").read_text()
    listed = json.loads(ansible(home, "ansible-inventory", "-i", home.path / "hosts.yml", "--list"))
    assert "region_us_east_1" in listed and "region_eu_west_1" not in listed


def test_targets_have_exact_labels(exported):
    living, victim, folder = exported
    entries = json.loads((folder / "prometheus.json").read_text())
    by_id = {entry["labels"]["__meta_netcensus_id"]: entry for entry in entries}
    assert set(by_id) == {id for id, row in living.items() if row["private_ips"]}
    for id, entry in by_id.items():
        address = living[id]["private_ips"][0]
        assert entry["targets"] == [f"[{address}]:9100" if ":" in address else f"{address}:9100"]
        assert all(isinstance(value, str) for value in entry["labels"].values())
    labels = by_id[victim["id"]]["labels"]
    assert labels["__meta_netcensus_tag_value"] == HOSTILE["value"]
    assert ODD in labels.values()


def test_prometheus_takes_the_targets(exported, home):
    check_config(home, exported[2] / "prometheus.json")


def check_config(home, targets):
    """Has promtool check a configuration with these targets."""
    promtool = shutil.which(PROMTOOL)
    if promtool is None:
        pytest.skip("there is no promtool, which comes with Prometheus (in Debian: prometheus); $PROMTOOL may name it")
    config = home.write(
        "prometheus.yml",
        f"scrape_configs: [{{job_name: node, file_sd_configs: [{{files: [{json.dumps(str(targets))}]}}],"
        " relabel_configs: [{source_labels: [__meta_netcensus_state], regex: running, action: keep}]}]\n",
    )
    assert "SUCCESS" in home.program(promtool, "check", "config", config).expect(0).out
    wrong = home.write("wrong.json", json.dumps([{"targets": ["10.0.0.5:9100"], "labels": {"a-b": 1}}]))
    config.write_text(config.read_text().replace(str(targets), str(wrong)))
    assert home.program(promtool, "check", "config", config).code != 0, "promtool looks into the file"
