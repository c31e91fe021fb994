"""`make demo`: plays every documented call of the four products and prints the table; `--up` leaves them running."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.player import Row, play
from demo.product import EXAMPLES, Product
from demo.proxy import envoy_binary


def main() -> int:
    """Play, print; 1 when an answer is not the one expected, 3 when something does not start."""
    options = _options()
    console = Console(width=None if sys.stdout.isatty() else 160)
    if envoy_binary() is None:
        console.print("There is no Envoy here. `make demo` installs it.")
        return 3
    with tempfile.TemporaryDirectory(prefix="authsvc-demo-") as folder, ExitStack() as running:
        console.print(f"starting {', '.join(options.products)}: authsvc, Envoy and an upstream for each")
        products = start([Product(name, Path(folder)) for name in options.products], running)
        rows = [row for product in products for row in _played(product, console)]
        console.print(table(rows))
        console.print(summary(rows))
        if options.up:
            _stay(products, console)
    return 1 if any(row.wrong for row in rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("products", nargs="*", choices=EXAMPLES, default=EXAMPLES, metavar="PRODUCT", help=", ".join(EXAMPLES))
    parser.add_argument("--up", action="store_true", help="leave everything running until Ctrl-C")
    return parser.parse_args()


def start(products: list[Product], running: ExitStack) -> list[Product]:
    """Start products side by side; `running` ends them, also those that started when another one did not."""
    with ThreadPoolExecutor(len(products)) as pool:
        starting = [pool.submit(running.enter_context, product) for product in products]
    return [each.result() for each in starting]


def _played(product: Product, console: Console) -> Iterable[Row]:
    total = len(product.transcript.calls)
    for number, row in enumerate(play(product), 1):
        if console.is_terminal:
            console.print(f"{product.example} {number}/{total}", end="\r")
        yield row
    if not console.is_terminal:
        console.print(f"{product.example} {total}/{total}")


def table(rows: Iterable[Row]) -> Table:
    """What was asked, what the document promises and what came."""
    made = Table("", "product", "line", "request", "what it shows", "expected", "got")
    for row in rows:
        mark = "…" if row.call.pending else ("✗" if row.wrong else "✓")
        got = f"pending: {row.call.pending}" if row.call.pending else "; ".join(row.wrong) or str(row.status)
        cells = (mark, row.product, _lines(row.call.line), row.call.request, row.call.call, str(row.call.expect.status), got)
        made.add_row(*map(Text, cells), style="red" if row.wrong else "")
    return made


def _lines(line: int | list[int]) -> str:
    return ", ".join(map(str, [line] if isinstance(line, int) else line))


def summary(rows: list[Row]) -> str:
    """One line of figures."""
    pending = sum(bool(row.call.pending) for row in rows)
    wrong = sum(bool(row.wrong) for row in rows)
    return f"{len(rows)} calls: {len(rows) - pending - wrong} as documented, {wrong} not, {pending} pending"


def _stay(products: list[Product], console: Console) -> None:
    for product in products:
        host, port = product.proxy.address
        console.print(f"\n{product.example}: http://{host}:{port}  (host: {product.transcript.host})")
        console.print(f"  authsvc gRPC {product.service.grpc}, state {product.service.state}")
        for name, secret in product.operator.secrets.items():
            if name != "envoy":
                console.print(Text(f"  {name}: {secret}"))
    console.print("\nCtrl-C ends everything.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
