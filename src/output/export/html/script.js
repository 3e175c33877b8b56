"use strict";
// Draws the tables. What is searched for, sorted by and chosen is in the address behind `#`, such as
// `#instances?q=prod&sort=name&row=3`, so that a link leads to it. Texts are set as texts, never as markup.
(() => {
  const HEIGHT = 28; // of a row, as in the style sheet
  const STEP = 20; // rows are drawn so many at a time
  const PRINTED = 500; // rows on paper, at most
  const SAMPLE = 200; // rows that decide how wide columns are
  const order = new Intl.Collator("en", { numeric: true });
  const root = document.documentElement;
  const number = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  class Table {
    constructor(section) {
      this.section = section;
      this.id = section.id;
      Object.assign(this, JSON.parse(section.querySelector("script").textContent));
      this.texts = null; // what is searched, made when it is first searched
      this.state = { q: "", sort: "", desc: false, row: 0 };
      this.shown = this.rows.map((_, index) => index);
      this.build(section.querySelector(".table"));
    }

    build(place) {
      const name = this.section.querySelector("h2").firstChild.textContent.trim();
      this.input = make("input", { type: "search", placeholder: "Search all columns", spellcheck: false });
      this.input.setAttribute("aria-label", "Search " + name);
      this.output = make("output", {});
      this.heads = this.columns.map((column, at) => this.head(column, at));
      this.body = make("tbody", {});
      const columns = make("colgroup", {}, ...this.widths().map((width) => {
        const column = make("col", {});
        column.style.width = width + "ch";
        return column;
      }));
      const head = make("thead", {}, make("tr", {}, ...this.heads));
      const table = make("table", {}, columns, head, this.body);
      table.setAttribute("aria-rowcount", this.rows.length + 1);
      table.setAttribute("aria-labelledby", this.id + "-h");
      this.scroll = make("div", { className: "scroll", tabIndex: 0 }, table);
      this.scroll.setAttribute("role", "region");
      this.scroll.setAttribute("aria-labelledby", this.id + "-h");
      this.one = make("dl", { className: "one", hidden: true });
      this.one.setAttribute("aria-live", "polite");
      place.replaceChildren(make("div", { className: "tools" }, this.input, this.output), this.scroll, this.one);
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

    widths() {
      const sample = this.rows.slice(0, SAMPLE);
      return this.columns.map((column, at) => {
        const longest = sample.reduce((most, row) => Math.max(most, String(row[at] ?? "").length), column.length + 2);
        return Math.min(longest, 38) + 3;
      });
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
      history.replaceState(null, "", "#" + this.id + (text ? "?" + text : ""));
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

    /** Finds the rows that are shown, and their order. */
    select() {
      const { q, sort, desc } = this.state;
      const words = q.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !this.texts) {
        this.texts = this.rows.map((row) => row.map((value) => value ?? "").join("\n").toLowerCase());
      }
      const all = this.rows.map((_, index) => index);
      this.shown = words.length ? all.filter((index) => words.every((word) => this.texts[index].includes(word))) : all;
      const at = this.columns.indexOf(sort);
      if (at >= 0) this.shown.sort((one, other) => this.compare(this.rows[one][at], this.rows[other][at], desc));
      this.heads.forEach((head, index) => {
        head.setAttribute("aria-sort", index !== at ? "none" : desc ? "descending" : "ascending");
      });
      const rows = [q, sort, desc].join("\n");
      if (rows !== this.selected) this.scroll.scrollTop = 0;
      this.selected = rows;
      this.redraw();
      this.show(this.state.row);
    }

    redraw(printed = false) {
      this.drawn = null;
      this.draw(printed);
    }

    /** Orders two values: numbers by size, texts by the numbers in them, what is unknown or empty last. */
    compare(one, other, desc) {
      const blank = (value) => value === null || value === "";
      if (blank(one) || blank(other)) return blank(one) - blank(other);
      const by = typeof one === "number" && typeof other === "number" ? one - other : order.compare(one, other);
      return desc ? -by : by;
    }

    choose(row) {
      if (row?.dataset.row) this.change({ row: this.state.row === Number(row.dataset.row) ? 0 : Number(row.dataset.row) });
    }

    /** Shows all of a row below the table, and brings it into sight. */
    show(chosen) {
      const row = this.rows[chosen - 1];
      this.one.hidden = !row;
      this.one.replaceChildren(...(row ?? []).flatMap((value, at) => value === null || value === "" ? [] : [
        make("dt", { textContent: this.columns[at] }), make("dd", { textContent: value }),
      ]));
      const place = row ? this.shown.indexOf(chosen - 1) : -1;
      const top = place * HEIGHT - this.scroll.scrollTop;
      if (place < 0 || (top >= 0 && top < this.scroll.clientHeight - 3 * HEIGHT)) return;
      this.scroll.scrollTop = Math.max(0, (place - 3) * HEIGHT);
      this.draw();
    }

    /** Draws the rows that are in sight. */
    draw(printed = false) {
      const count = this.shown.length;
      const top = Math.floor(this.scroll.scrollTop / HEIGHT);
      const seen = Math.ceil((this.scroll.clientHeight || 600) / HEIGHT);
      const begin = printed ? 0 : Math.max(0, Math.floor(top / STEP - 1) * STEP);
      const end = Math.min(count, printed ? PRINTED : Math.ceil((top + seen) / STEP + 1) * STEP);
      if (this.drawn === begin + "-" + end) return;
      this.drawn = begin + "-" + end;
      const focused = this.body.contains(document.activeElement) && document.activeElement.dataset.row;
      const rows = this.shown.slice(begin, end).map((index, at) => this.line(index, begin + at));
      this.body.replaceChildren(this.pad(begin), ...rows, this.pad(printed ? 0 : count - end));
      if (focused) this.body.querySelector(`[data-row="${focused}"]`)?.focus({ preventScroll: true });
      const hits = number(count) + " of " + number(this.rows.length) + " rows";
      const cut = printed && count > end ? "the first " + end + " of " + hits : "";
      this.output.textContent = cut || (this.state.q ? hits : "");
    }

    line(index, place) {
      const cells = this.rows[index].map((value, at) => {
        const text = value === null ? "" : typeof value === "number" ? number(value) : value;
        const cell = make("td", { textContent: text, className: this.numeric[at] ? "n" : "" });
        if (text.length > 40) cell.title = text;
        return cell;
      });
      const row = make("tr", { tabIndex: 0, className: this.state.row === index + 1 ? "chosen" : "" }, ...cells);
      row.dataset.row = index + 1;
      row.setAttribute("aria-rowindex", place + 2);
      return row;
    }

    pad(rows) {
      const cell = make("td", { colSpan: this.columns.length });
      cell.style.height = rows * HEIGHT + "px";
      return make("tr", { className: "pad", hidden: rows === 0 }, cell);
    }
  }

  const tables = new Map();

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
  window.addEventListener("hashchange", follow);
  window.addEventListener("resize", () => tables.forEach((table) => table.draw()));
  window.addEventListener("beforeprint", () => tables.forEach((table) => table.redraw(true)));
  window.addEventListener("afterprint", () => tables.forEach((table) => table.redraw()));
  follow();
  root.dataset.ready = "yes";
})();
