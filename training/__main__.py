"""Start the trainer from this folder, whatever the folder above it is called: `PYTHON -I PATH/training serve`.

The same code runs from the installed extension, from a checkout and from pip; relative imports need a package, so the
folder above is registered as `latent_lasso` under that name, without putting it on sys.path.
"""

import importlib
import importlib.util
import sys
from pathlib import Path


def main() -> int:
    """Register the package if it is not there, and hand over to the command line."""
    if __package__:
        from .cli import main as run

        return run()
    here = Path(__file__).resolve().parent
    # this folder must not be searched: its `datasets` would hide the library of that name
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    if "latent_lasso" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "latent_lasso", here.parent / "__init__.py", submodule_search_locations=[str(here.parent)]
        )
        if spec is None or spec.loader is None:
            print(f"The package around {here} is damaged; install the extension again.", file=sys.stderr)
            return 2
        module = importlib.util.module_from_spec(spec)
        sys.modules["latent_lasso"] = module
        spec.loader.exec_module(module)
    cli = importlib.import_module("latent_lasso.training.cli")
    return int(cli.main())


if __name__ == "__main__":
    sys.exit(main())
