"""Every table of quality, one after the other: `make quality`."""

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run the main() of each module beside this one, those that are named or all."""
    wanted = sys.argv[1:]
    sys.argv = sys.argv[:1]
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = importlib.import_module(f"tests.quality.{path.stem}")
        if hasattr(module, "TABLE") and (not wanted or path.stem in wanted):
            print(f"\n{module.TABLE}")
            module.main()


if __name__ == "__main__":
    main()
