"""Invoice lines at size: TPC-H's lineitem, orders and partsupp as a supplier's ledger.

Made once per scale in a cache folder (OPENKAM_BENCH_DATA, else the system's temporary folder).
Scale 1 is six million lines, 10 is sixty million.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import duckdb

ROOT = Path(os.environ.get("OPENKAM_BENCH_DATA") or Path(tempfile.gettempdir()) / "openkam-bench")
TODAY = date(2000, 1, 1)
COLUMNS = "document, line_no, date, account, product, quantity, revenue, direct_cost, currency"
_LINES = """
SELECT l_orderkey AS document, l_linenumber AS line_no, o_orderdate AS date, o_custkey AS account,
       l_partkey AS product, l_quantity::INTEGER AS quantity,
       (l_extendedprice * (1 - l_discount))::DECIMAL(18, 4) AS revenue,
       (l_quantity * ps_supplycost)::DECIMAL(18, 4) AS direct_cost, 'USD' AS currency
FROM '{d}/lineitem.parquet' JOIN '{d}/orders.parquet' ON l_orderkey = o_orderkey
JOIN '{d}/partsupp.parquet' ON l_partkey = ps_partkey AND l_suppkey = ps_suppkey
"""


def folder(scale: str) -> Path:
    made = ROOT / f"scale-{scale}"
    made.mkdir(parents=True, exist_ok=True)
    return made


def _tables(scale: str) -> Path:
    made = folder(scale) / "tables"
    if not (made / "partsupp.parquet").is_file():
        tool = shutil.which("tpchgen-cli", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        for table in ("lineitem", "orders", "partsupp"):
            command = [str(tool), "parquet", "-s", scale, "--tables", table, "--output-dir", str(made)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return made


def csv_file(scale: str) -> Path:
    """One CSV of all lines but the last month (by date), as an ERP would export it."""
    return _export(scale, "lines.csv", "date < DATE '1998-07-01'")


def last_month(scale: str) -> Path:
    """The month that comes on top."""
    return _export(scale, "month.csv", "date >= DATE '1998-07-01' AND date < DATE '1998-08-01'")


def _export(scale: str, name: str, condition: str) -> Path:
    target = folder(scale) / name
    if not target.is_file():
        partial = target.with_suffix(".part")
        con = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(folder(scale) / "spill")})
        sql = f"SELECT {COLUMNS} FROM ({_LINES.format(d=_tables(scale))}) WHERE {condition}"
        con.execute(f"COPY ({sql}) TO '{partial}' (FORMAT csv, HEADER)")
        partial.rename(target)
    return target
