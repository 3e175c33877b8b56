"use strict";
// Draws the tables. What is searched for, sorted by and chosen is in the address behind `#`, such as
// `#instances?q=prod&sort=name&row=3`, so that a link leads to it. Texts are set as texts, never as markup.
(() => {
  const HEIGHT = 28; // of a row, as in the style sheet
  const STEP = 20; // rows are drawn so many at a time
  const PRINTED = 500; // rows on paper, at most
  const SAMPLE = 200; // rows that decide how wide columns are
  const WIDE = 38; // characters of a column, at most
  const NARROW = 18; // the same on a phone
  const OF_ID = 24; // the same of ids
  const NAMES = ["name", "id"];
  // What is seen beside the name and the id on a screen of 1280 pixels.
  const ADDRESSES = ["cidrs", "prefixes", "private_ips"];
  const NEXT = ["region", "private_prefixes", "public_ips", "state", "owner"];
  const LABEL = 7; // pixels beside a label in its box
  const ELLIPSIS = 11; // the width of an ellipsis
  const FOUND = 5; // rows of each table that are named when all are searched
  // Columns that often say what another one says.
  const TWINS = [["owner", "account"], ["account_name", "owner"], ["ipv4_cidrs", "cidrs"]];
  const order = new Intl.Collator("en", { numeric: true });
  const phone = matchMedia("(max-width: 640px)");
  const blank = (value) => value === null || value === "";
  const root = document.documentElement;
  const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  /** Reads an address or a prefix: its first and last address, and how many bits addresses of its kind have. */
  function range(text) {
    const [, address, length] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
    if (!address) return null;
    const [groups, bits] = address.includes(":") ? [six(address), 16n] : [four(address), 8n];
    if (!groups) return null;
    const all = BigInt(groups.length) * bits;
    const left = all - BigInt(length ?? all);
    if (left < 0n) return null;
    const first = (groups.reduce((sum, group) => (sum << bits) | BigInt(group), 0n) >> left) << left;
    return { all, first, last: first + (1n << left) - 1n };
  }

  function four(address) {
    const parts = address.split(".");
    return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && part < 256) ? parts : null;
  }

  function six(address) {
    const [left, right] = address.split("::").map((half) => half.split(":").filter(Boolean));
    const zeros = right ? Array(Math.max(0, 8 - left.length - right.length)).fill("0") : [];
    const groups = [...left, ...zeros, ...(right ?? [])];
    const read = groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && address.split("::").length < 3;
    return groups.length === 8 && read ? groups.map((group) => "0x" + group) : null;
  }

  const overlap = (one, other) => one.all === other.all && one.first <= other.last && other.first <= one.last;

  class Table {
    constructor(section) {
      this.section = section;
      this.id = section.id;
      Object.assign(this, JSON.parse(section.querySelector("script").textContent));
      this.texts = null; // what is searched, made when it is first searched
      this.ranges = null; // the addresses and prefixes of each row, likewise
      this.spare = this.spares();
      this.showsAll = false;
      this.extra = 0; // how high the details of the chosen row are, in pixels
      this.state = { q: "", sort: "", desc: false, row: 0 };
      this.shown = this.rows.map((_, index) => index);
      this.place = -1; // of the chosen row among those shown
      this.build(section.querySelector(".table"));
    }

    build(place) {
      const name = this.section.querySelector("h2").firstChild.textContent.trim();
      this.input = make("input", { type: "search", placeholder: "Search all columns", spellcheck: false });
      this.input.setAttribute("aria-label", "Search " + name);
      this.output = make("output", {});
      this.more = make("button", { type: "button", className: "more", hidden: this.spare.length === 0 });
      this.more.title = this.spare.map((at) => this.columns[at]).join(", ");
      this.more.addEventListener("click", () => {
        this.showsAll = !this.showsAll;
        this.layOut();
        this.select();
      });
      this.widths = this.columns.map((column, at) => this.width(column, at));
      this.heads = this.columns.map((column, at) => this.head(column, at));
      this.body = make("tbody", {});
      this.group = make("colgroup", {});
      this.top = make("tr", {});
      this.table = make("table", {}, this.group, make("thead", {}, this.top), this.body);
      this.table.setAttribute("aria-rowcount", this.rows.length + 1);
      this.table.setAttribute("aria-labelledby", this.id + "-h");
      this.layOut();
      this.scroll = make("div", { className: "scroll", tabIndex: 0 }, this.table);
      this.scroll.setAttribute("role", "region");
      this.scroll.setAttribute("aria-labelledby", this.id + "-h");
      place.replaceChildren(make("div", { className: "tools" }, this.input, this.output, this.more), this.scroll);
      this.scroll.addEventListener("scroll", () => this.draw(), { passive: true });
      this.input.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.change({ q: this.input.value, row: 0 }), 120);
      });
      this.body.addEventListener("click", (event) => this.choose(event.target.closest("tr")));
      this.body.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          this.choose(event.target.closest("tr"));
        }
      });
    }

    head(column, at) {
      const button = make("button", { type: "button", textContent: column, title: "Sort by " + column });
      button.addEventListener("click", () => {
        const { sort, desc } = this.state;
        const [next, down] = sort !== column ? [column, false] : desc ? ["", false] : [column, true];
        this.change({ sort: next, desc: down });
      });
      const head = make("th", { scope: "col", className: this.numeric[at] ? "n" : "" }, button);
      head.setAttribute("aria-sort", "none");
      return head;
    }

    /** Finds the columns that tell nothing: those without any value, and those that repeat another one. */
    spares() {
      const repeats = (name, at) => TWINS.some(([one, other]) => {
        const twin = this.columns.indexOf(other);
        return name === one && twin >= 0 && this.rows.every((row) => row[at] === row[twin]);
      });
      const tells = (name, at) => this.rows.some((row) => !blank(row[at])) && !repeats(name, at);
      return this.rows.length ? [...this.columns.keys()].filter((at) => !tells(this.columns[at], at)) : [];
    }

    /** Puts the columns in order: first what tells rows apart; on a phone addresses before ids. */
    layOut() {
      const first = phone.matches ? [NAMES[0], ...ADDRESSES, ...NEXT, NAMES[1]] : [...NAMES, ...ADDRESSES, ...NEXT];
      const rank = (at) => (first.indexOf(this.columns[at]) + first.length + 1) % (first.length + 1);
      const all = [...this.columns.keys()].sort((one, other) => rank(one) - rank(other));
      this.order = this.showsAll ? all : all.filter((at) => !this.spare.includes(at));
      this.top.replaceChildren(...this.order.map((at) => this.heads[at]));
      const most = (column) => (phone.matches ? NARROW : column === "id" ? OF_ID : WIDE);
      const widths = this.order.map((at) => {
        const column = this.columns[at];
        return Math.min(this.widths[at], Math.max(most(column), column.length + 2)) + 3;
      });
      this.group.replaceChildren(...widths.map((width) => {
        const column = make("col", {});
        column.style.width = width + "ch";
        return column;
      }));
      this.table.style.width = widths.reduce((sum, width) => sum + width, 0) + "ch";
      const spare = this.spare.length === 1
        ? "1 column that is empty or says"
        : number(this.spare.length) + " columns that are empty or say";
      this.more.textContent = (this.showsAll ? "Hide " : "Show ") + spare + " the same as another";
      this.more.setAttribute("aria-pressed", this.showsAll);
    }

    /** Counts the characters of the longest value, as far as a sample tells. */
    width(column, at) {
      const sample = this.rows.slice(0, SAMPLE);
      return sample.reduce((most, row) => Math.max(most, String(row[at] ?? "").length), column.length + 2);
    }

    /** Takes over a state that somebody made here, and writes it into the address. */
    change(change) {
      Object.assign(this.state, change);
      const { q, sort, desc, row } = this.state;
      const query = new URLSearchParams();
      if (q) query.set("q", q);
      if (sort) query.set("sort", sort);
      if (desc) query.set("desc", "1");
      if (row) query.set("row", row);
      const text = query.toString();
      try {
        history.replaceState(null, "", "#" + this.id + (text ? "?" + text : ""));
      } catch {
        // A frame that shows a mail has no address of its own; all else works there.
      }
      this.select();
    }

    /** Takes over the state in an address. */
    follow(query) {
      this.state = {
        q: query.get("q") ?? "",
        sort: query.get("sort") ?? "",
        desc: query.has("desc"),
        row: Number(query.get("row")) || 0,
      };
      this.input.value = this.state.q;
      this.select();
    }

    /** Finds the rows that have every word in them: of an address or a prefix, those with a prefix or address that overlaps it. */
    matches(q) {
      const all = this.rows.map((_, index) => index);
      const words = q.toLowerCase().split(/\s+/).filter(Boolean).map((word) => ({ word, range: range(word) }));
      if (words.some((one) => one.range) && !this.ranges) {
        const ranges = (value) => (typeof value === "string" ? value.split(/[\s,;=]+/).map(range).filter(Boolean) : []);
        this.ranges = this.rows.map((row) => row.flatMap(ranges));
      }
      if (words.some((one) => !one.range) && !this.texts) {
        this.texts = this.rows.map((row) => row.map((value) => value ?? "").join("\n").toLowerCase());
      }
      const has = (index, one) => one.range
        ? this.ranges[index].some((range) => overlap(range, one.range)) : this.texts[index].includes(one.word);
      return all.filter((index) => words.every((one) => has(index, one)));
    }

    /** Counts the addresses of the narrowest prefix of a row that overlaps a range. */
    size(index, wanted) {
      const sizes = this.ranges[index].filter((range) => overlap(range, wanted)).map(({ first, last }) => last - first);
      return sizes.reduce((least, size) => (size < least ? size : least));
    }

    /** Finds the rows that are shown, and their order. */
    select() {
      const { q, sort, desc } = this.state;
      this.shown = this.matches(q);
      const at = this.columns.indexOf(sort);
      if (at >= 0) this.shown.sort((one, other) => this.compare(this.rows[one][at], this.rows[other][at], desc));
      this.heads.forEach((head, index) => {
        head.setAttribute("aria-sort", index !== at ? "none" : desc ? "descending" : "ascending");
      });
      const rows = [q, sort, desc].join("\n");
      if (rows !== this.selected) this.scroll.scrollTop = 0;
      this.selected = rows;
      this.place = this.state.row ? this.shown.indexOf(this.state.row - 1) : -1;
      this.redraw();
      this.reveal();
    }

    redraw(printed = false) {
      this.drawn = null;
      this.draw(printed);
    }

    /** Orders two values: numbers by size, texts by the numbers in them, what is unknown or empty last. */
    compare(one, other, desc) {
      if (blank(one) || blank(other)) return blank(one) - blank(other);
      const by = typeof one === "number" && typeof other === "number" ? one - other : order.compare(one, other);
      return desc ? -by : by;
    }

    choose(row) {
      if (row?.dataset.row) this.change({ row: this.state.row === Number(row.dataset.row) ? 0 : Number(row.dataset.row) });
    }

    /** Makes the row below the chosen one that has all of it. */
    details(chosen) {
      const values = this.rows[chosen - 1].flatMap((value, at) => blank(value) ? [] : [
        make("dt", { textContent: this.columns[at] }), make("dd", { textContent: value }),
      ]);
      const one = make("dl", { className: "one" }, ...values);
      one.style.width = this.scroll.clientWidth + "px";
      return make("tr", { className: "details" }, make("td", { colSpan: this.order.length }, one));
    }

    /** Brings the chosen row into sight, and as much of its details as there is room for. */
    reveal() {
      if (this.place < 0) return;
      const top = this.place * HEIGHT - this.scroll.scrollTop;
      const room = this.scroll.clientHeight - 2 * HEIGHT; // below the headings
      if (top >= 0 && top + this.extra < room) return;
      this.scroll.scrollTop = Math.max(0, this.place * HEIGHT - Math.max(0, Math.min(3 * HEIGHT, room - this.extra)));
      this.draw();
    }

    /** Draws the rows that are in sight. */
    draw(printed = false) {
      const count = this.shown.length;
      // Rows below the details stand lower by these.
      const below = (this.place + 1) * HEIGHT;
      const scrolled = this.scroll.scrollTop;
      const hidden = this.place < 0 ? 0 : Math.min(this.extra, Math.max(0, scrolled - below));
      const top = Math.floor((scrolled - hidden) / HEIGHT);
      const seen = Math.ceil((this.scroll.clientHeight || 600) / HEIGHT);
      const begin = printed ? 0 : Math.max(0, Math.floor(top / STEP - 1) * STEP);
      const end = Math.min(count, printed ? PRINTED : Math.ceil((top + seen) / STEP + 1) * STEP);
      if (this.drawn === begin + "-" + end) return;
      this.drawn = begin + "-" + end;
      const focused = this.body.contains(document.activeElement) && document.activeElement.dataset.row;
      const rows = this.shown.slice(begin, end).map((index, at) => this.line(index, begin + at));
      const details = this.place >= begin && this.place < end ? this.details(this.state.row) : null;
      if (details) rows.splice(this.place - begin + 1, 0, details);
      const above = this.place >= 0 && this.place < begin ? this.extra : 0;
      const left = this.place >= end ? this.extra : 0;
      this.body.replaceChildren(this.pad(begin, above), ...rows, this.pad(printed ? 0 : count - end, left));
      if (details) this.extra = details.offsetHeight;
      if (focused) this.body.querySelector(`[data-row="${focused}"]`)?.focus({ preventScroll: true });
      const hits = number(count) + " of " + number(this.rows.length) + " rows";
      const cut = printed && count > end ? "the first " + end + " of " + hits : "";
      this.output.textContent = cut || (this.state.q ? hits : "");
    }

    line(index, place) {
      const cells = this.order.map((at) => {
        const value = this.rows[index][at];
        const text = value === null ? "" : typeof value === "number" ? number(value) : value;
        const cell = make("td", { textContent: text, className: this.numeric[at] ? "n" : "" });
        if (text.length > NARROW) cell.title = text;
        return cell;
      });
      const chosen = this.state.row === index + 1;
      const row = make("tr", { tabIndex: 0, className: chosen ? "chosen" : "" }, ...cells);
      row.setAttribute("aria-expanded", chosen);
      row.dataset.row = index + 1;
      row.setAttribute("aria-rowindex", place + 2);
      return row;
    }

    pad(rows, extra) {
      const cell = make("td", { colSpan: this.order.length });
      cell.style.height = rows * HEIGHT + extra + "px";
      return make("tr", { className: "pad", hidden: rows === 0 }, cell);
    }
  }

  const tables = new Map();

  /** Searches all tables, and names the rows that were found, the narrowest prefixes first. */
  class Finder {
    constructor(place) {
      this.input = make("input", { type: "search", placeholder: "Find an address, prefix, name or id", spellcheck: false });
      this.input.setAttribute("aria-label", "Search all tables");
      this.output = make("output", {});
      this.found = make("dl", { className: "found" });
      place.replaceChildren(make("div", { className: "tools" }, this.input, this.output), this.found);
      this.input.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.find(this.input.value.trim()), 200);
      });
    }

    find(q) {
      const results = q ? [...tables.values()].map((table) => [table, table.matches(q)]) : [];
      const found = results.filter(([, rows]) => rows.length);
      const count = found.reduce((sum, [, rows]) => sum + rows.length, 0);
      this.output.textContent = q ? number(count) + (count === 1 ? " row" : " rows") : "";
      this.found.replaceChildren(...found.flatMap(([table, rows]) => this.table(table, rows, q)));
    }

    table(table, rows, q) {
      const wanted = range(q);
      const narrow = (one, other) => {
        const [size, rest] = [table.size(one, wanted), table.size(other, wanted)];
        return size < rest ? -1 : size > rest ? 1 : one - other;
      };
      const first = (wanted ? [...rows].sort(narrow) : rows).slice(0, FOUND);
      const link = (query, text) => make("a", { href: "#" + table.id + "?" + new URLSearchParams(query), textContent: text });
      const named = first.map((index) => make("div", {}, link({ row: index + 1 }, this.label(table, index))));
      const rest = rows.length > FOUND ? [make("div", {}, link({ q }, "all " + number(rows.length)))] : [];
      return [make("dt", { textContent: table.id + " " + number(rows.length) }), make("dd", {}, ...named, ...rest)];
    }

    /** Says what a row is: its addresses, name, owner, region and id. */
    label(table, index) {
      const value = (name) => table.rows[index][table.columns.indexOf(name)];
      const parts = [...ADDRESSES, "private_prefixes", "name", "owner", "region", "kind", "id"].map(value);
      return [...new Set(parts.filter((part) => part !== undefined && !blank(part)).map(short))].join(" · ");
    }
  }

  /** Cuts an id of Azure to its group and names. The row that the link leads to has it whole. */
  function short(value) {
    const id = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/[^/]+((?:\/[^/]+\/[^/]+)+)$/i.exec(value);
    return id ? id[1] + id[2].replace(/\/[^/]+(\/[^/]+)/g, "$1") : value;
  }

  /** Ends the labels of the picture in an ellipsis where their boxes are narrower: half a prefix reads as another one. */
  function fitLabels(isPrinted) {
    const texts = [...document.querySelectorAll("#picture .lines svg svg > text")];
    for (const text of texts) text.textContent = text.dataset.whole ??= text.textContent;
    if (isPrinted) return;
    const cuts = texts.map((text) => {
      const room = text.parentNode.width.baseVal.value - LABEL;
      let most = text.dataset.whole.length;
      if (text.getComputedTextLength() <= room) return most;
      while (most > 0 && text.getSubStringLength(0, most) > room - ELLIPSIS) most -= 1;
      return most;
    });
    texts.forEach((text, at) => {
      const whole = text.dataset.whole;
      if (cuts[at] < whole.length) text.textContent = cuts[at] > 1 ? whole.slice(0, cuts[at]).trimEnd() + "…" : "";
    });
  }

  function follow() {
    const [id, query] = location.hash.slice(1).split(/\?(.*)/s);
    const table = tables.get(id);
    if (!table || query === undefined) return;
    table.follow(new URLSearchParams(query));
    table.section.scrollIntoView();
  }

  window.addEventListener("error", (event) => { root.dataset.error = event.message; });
  for (const section of document.querySelectorAll("section.data")) {
    const table = new Table(section);
    tables.set(section.id, table);
    table.draw();
  }
  new Finder(document.getElementById("find"));
  window.addEventListener("hashchange", follow);
  window.addEventListener("resize", () => {
    tables.forEach((table) => table.redraw());
    fitLabels();
  });
  phone.addEventListener("change", () => tables.forEach((table) => {
    table.layOut();
    table.select();
  }));
  window.addEventListener("beforeprint", () => {
    tables.forEach((table) => table.redraw(true));
    fitLabels(true);
  });
  window.addEventListener("afterprint", () => {
    tables.forEach((table) => table.redraw());
    fitLabels();
  });
  fitLabels();
  follow();
  root.dataset.ready = "yes";
})();
