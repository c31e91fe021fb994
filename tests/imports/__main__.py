"""`make test-import`: 100,000 keys from a file, killed twice on the way. Fails unless the store then has exactly 100,000 keys.

python -m tests.imports [--records 100000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.imports.trial import WRONG, Trial


def main() -> int:
    """Returns the exit code: 1 if anything is missing, or there twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.imports", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="authsvc-imports-", ignore_cleanup_errors=True) as folder:
        figures = Trial(Path(folder), asked.records, (asked.records // 3, 2 * asked.records // 3)).run()
    importing, last = sum(figures.seconds[:3]), figures.seconds[2]
    print(f"killed after lines {', '.join(f'{line:,}' for line in figures.settled)} of {asked.records + WRONG:,}")
    print(f"keys in the store: {figures.keys:,} of {figures.secrets:,} different secrets")
    print(f"refused: {figures.refused} of {WRONG} wrong records; of the sample {figures.denied} credentials do not work")
    rest = asked.records + WRONG - figures.settled[-1]
    print(f"time: {importing:.1f} s with both kills, {asked.records / importing:,.0f}/s")
    print(f"the last run alone, {rest:,} records: {last:.1f} s, {rest / last:,.0f}/s")
    again = figures.again
    print(
        f"the whole file once more: {again['imported']} imported, {again['existed']:,} were there, in {figures.seconds[3]:.1f} s"
    )
    right = (
        figures.keys == figures.secrets == asked.records
        and figures.refused == again["refused"] == WRONG
        and figures.denied == again["imported"] == 0
        and again["existed"] == asked.records
    )
    print("right" if right else "WRONG")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
