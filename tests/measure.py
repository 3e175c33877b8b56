#!/usr/bin/env python3
"""Prints how readable the sources and documents are, in numbers. Nothing enforces them: they show a direction.

    python3 tests/measure.py            # this repository
    python3 tests/measure.py DIRECTORY  # another Rust project, to compare
"""

import re
import statistics
import sys
from collections import Counter
from pathlib import Path

PEOPLE = r"\b(?:nobody|somebody|anybody|whoever|no one|someone|anyone)\b"
PATH = re.compile(r"\b(?:crate|super|self)(?:::\w+)+")


def read(paths):
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)}


def sources(root):
    """The product's Rust files: no tests, no build output."""
    skipped = {"target", "tests", "benches", "examples", ".git"}
    # Unit tests are left out: files named `tests.rs`, and what follows `#[cfg(test)] mod tests {`.
    found = [p for p in root.rglob("*.rs") if not skipped & set(p.relative_to(root).parts) and p.name != "tests.rs"]
    return {p: re.split(r"\n#\[cfg\(test\)\]\s*(?:#\[.*\]\s*)?mod \w+ \{", text)[0] for p, text in read(found).items()}


def twice(names):
    counts = Counter(names)
    repeated = [name for name, count in counts.items() if count > 1]
    return len(repeated), sum(counts[name] for name in repeated), len(counts)


def circles(files, root):
    """Groups of files that use each other in a circle: strongly connected components (Tarjan)."""
    modules = {}
    for path in files:
        parts = list(path.relative_to(root / "src").with_suffix("").parts) if root / "src" in path.parents else []
        if parts and parts[-1] in ("mod", "lib", "main"):
            parts.pop()
        if parts:
            modules[tuple(parts)] = path

    def targets(module, text):
        # `use a::{b, c}` one level deep is written out; deeper lists keep their first part only.
        for prefix, names in re.findall(r"\b((?:crate|super|self)(?:::\w+)*)::\{([^{}]*)", text):
            text += "".join(f" {prefix}::{name.strip().split(' ')[0]} " for name in names.split(","))
        in_mod = modules[module].name == "mod.rs"
        for match in set(PATH.findall(text)):
            parts = match.split("::")
            base = [] if parts[0] == "crate" else list(module)
            if parts[0] == "super":
                ups = next(i for i, part in enumerate(parts + [""]) if part != "super")
                base, parts = base[: len(base) - ups], parts[ups:]
            else:
                parts = parts[1:]
            full = tuple(base + parts)
            while full and full not in modules:
                full = full[:-1]
            if full and full != module and modules[full].name != "mod.rs" and not in_mod:
                yield full

    graph = {module: set(targets(module, code(files[path]))) for module, path in modules.items()}
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1:
                found.append(sorted("/".join(name) for name in group))

    sys.setrecursionlimit(10_000)
    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found, key=len, reverse=True)


def code(text):
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))


def prose(text):
    """The words of a Markdown page, without blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    files = sources(root)
    lines = [text.count("\n") for text in read(files).values()]  # with their unit tests
    product = "\n".join(files.values())
    middle, mean = statistics.median(lines), statistics.mean(lines)
    print(f"source files                    {len(files)}; median {middle:.0f}, mean {mean:.0f} lines")

    names, used, _ = twice(p.name for p in files if p.name not in ("mod.rs", "lib.rs", "main.rs"))
    print(f"file names used twice           {names} names, {used} files")

    # Types are defined at the margin; what is indented is an associated type, or local to a function.
    types, _, total = twice(re.findall(r"^(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|type|union) (\w+)", product, re.M))
    print(f"type names defined twice        {types} of {total} ({100 * types // max(total, 1)} %)")

    functions = re.findall(r"^\s*(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe )*fn (\w+)", product, re.M)
    single = sum("_" not in name for name in functions)
    print(f"functions with a one-word name  {100 * single // len(functions)} %; mean length {statistics.mean(map(len, functions)):.1f}")

    all_lines = [line.strip() for line in product.splitlines() if line.strip()]
    comments = sum(bool(re.match(r"//(?![/!])", line)) for line in all_lines)
    print(f"comments inside code            {100 * comments / len(all_lines):.2f} % of lines")

    groups = circles(files, root)
    print(f"circles among files             {len(groups)}, of {sum(map(len, groups))} files")
    for group in groups:
        print(f"    {len(group)}: {', '.join(group)}")

    pages = [p for p in [*root.glob("*.md"), *(root / "docs").rglob("*.md")] if p.name not in ("CHANGELOG.md", "cli.md")]
    pages = read(pages)
    everything = "\n".join([*files.values(), *pages.values()]).lower()
    for label, pattern in (("nobody, somebody, whoever", PEOPLE), ("likewise", r"\blikewise\b"), ("folder", r"\bfolders?\b"), ("directory", r"\bdirector(?:y|ies)\b")):
        print(f"{label:31} {len(re.findall(pattern, everything))}")

    print("docs, per 1,000 words           you  semicolons  words")
    for path, text in [*pages.items(), (Path("all"), "\n".join(pages.values()))]:
        text = prose(text)
        words = max(len(text.split()), 1)
        you = 1000 * len(re.findall(r"\byou(?:r|rs)?\b", text, re.I)) / words
        name = path.relative_to(root) if path.is_absolute() else path
        print(f"    {str(name):27} {you:4.1f}  {1000 * text.count(';') / words:10.1f}  {words:5}")


main()
