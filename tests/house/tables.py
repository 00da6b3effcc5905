"""The tables of a package of measurements, one after the other; a table whose figures do not hold fails the run."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path


def run(package: str, wanted: Sequence[str] = ()) -> int:
    """Call main() of each module of the package that has a TABLE, those that are named or all; 1 where one fails.

    A main() fails with a number above 0, returned or raised as SystemExit.
    """
    folder = importlib.import_module(package).__path__[0]
    names = [path.stem for path in sorted(Path(folder).glob("[a-z]*.py"))]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        print(f"{package} has no {', '.join(unknown)}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    poor = [name for name in names if (not wanted or name in wanted) and _fails(f"{package}.{name}")]
    if poor:
        print(f"\nfigures that do not hold: {', '.join(poor)}", file=sys.stderr)
    return 1 if poor else 0


def _fails(name: str) -> bool:
    module = importlib.import_module(name)
    if not hasattr(module, "TABLE"):
        return False
    print(f"\n{module.TABLE}", flush=True)
    try:
        answer = module.main()
    except SystemExit as end:
        answer = end.code
    return bool(answer)
