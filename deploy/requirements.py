"""Print the requirements of pyproject.toml beside this file, with those of the extras that are named: a layer of the
image that changes with them alone, not with the code.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
wanted = [*project["dependencies"], *extras["server"], *(item for name in sys.argv[1:] for item in extras[name])]
sys.stdout.write("\n".join(wanted) + "\n")
