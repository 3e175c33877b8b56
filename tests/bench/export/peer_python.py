"""Reads a CSV of instances and writes the same rows in another format: peer_python.py TOOL FORMAT CSV OUT."""

import csv
import pathlib
import sqlite3
import sys


def rows(path):
    """The header and the rows, one after the other."""
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def with_csv(_, source, out):
    with open(out, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows(source))


def with_sqlite3(_, source, out):
    found = rows(source)
    names = next(found)
    database = sqlite3.connect(out)
    database.execute(f"create table instances ({', '.join(map(repr, names))})")
    database.executemany(f"insert into instances values ({', '.join('?' * len(names))})", found)
    database.commit()
    database.close()


def with_openpyxl(_, source, out):
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("instances")
    for row in rows(source):
        sheet.append(row)
    book.save(out)


def with_pandas(name, source, out):
    import pandas

    frame = pandas.read_csv(source, dtype=str, keep_default_na=False)
    if name == "csv":
        frame.to_csv(out, index=False)
    elif name == "ndjson":
        frame.to_json(out, orient="records", lines=True)
    elif name == "xlsx":
        frame.to_excel(out, sheet_name="instances", index=False, engine="openpyxl")
    elif name == "parquet":
        frame.to_parquet(out, engine="pyarrow", compression="zstd", index=False)
    elif name == "sqlite":
        database = sqlite3.connect(out)
        frame.to_sql("instances", database, index=False)
        database.close()


TOOLS = {"csv": with_csv, "sqlite3": with_sqlite3, "openpyxl": with_openpyxl, "pandas": with_pandas}

if __name__ == "__main__":
    _, tool, name, source, out = sys.argv
    pathlib.Path(out).unlink(missing_ok=True)
    TOOLS[tool](name, source, out)
