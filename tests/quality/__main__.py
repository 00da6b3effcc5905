"""Every table of quality, one after the other: `make quality`; exit code 1 where a figure is under its floor."""

import importlib
import sys
from pathlib import Path


def main() -> int:
    """Run the main() of each module beside this one, those that are named or all; 1 where one was not satisfied."""
    wanted = sys.argv[1:]
    sys.argv = sys.argv[:1]
    poor = []
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = importlib.import_module(f"tests.quality.{path.stem}")
        if hasattr(module, "TABLE") and (not wanted or path.stem in wanted):
            print(f"\n{module.TABLE}")
            try:
                answer = module.main()
            except SystemExit as end:
                answer = end.code
            if answer:
                poor.append(path.stem)
    if poor:
        print(f"\nunder their floors: {', '.join(poor)}", file=sys.stderr)
    return 1 if poor else 0


if __name__ == "__main__":
    sys.exit(main())
