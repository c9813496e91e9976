#!/bin/sh
# Print the first Python on PATH that is 3.11 or newer ($PYTHON is tried before all others).
set -u
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
  if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    command -v "$candidate"
    exit 0
  fi
done
echo "Skipscope needs Python 3.11 or newer, and none is on PATH." >&2
echo "Install one (Debian, Ubuntu: apt install python3; macOS: brew install python), or name it: make run PYTHON=/path/to/python3" >&2
exit 1
