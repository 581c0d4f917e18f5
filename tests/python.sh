#!/usr/bin/env bash
# Makes .venv with the locked dependencies. On a bare Debian the module venv comes from a package of its own.
set -euo pipefail
python=$1 uv=$2
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
  else echo "Python's venv module is missing. Run: sudo apt-get install python3-venv" >&2; exit 1; fi
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv"
.venv/bin/uv sync --quiet --locked --compile-bytecode
