#!/bin/sh
# Gives a Python environment that was made elsewhere the Python that is here, and sees that it works: adopt-python.sh ENVIRONMENT
set -eu
cd "$1"
python=$(command -v python3)
if [ ! -x bin/python ]; then
  for link in bin/python bin/python3 bin/python3.*; do
    if [ -L "$link" ]; then ln -sf "$python" "$link"; fi
  done
  sed -i "s#^home = .*#home = $(dirname "$python")#" pyvenv.cfg
fi
bin/python -c 'import bzt, locust' || {
  echo "The Python environment does not work with $("$python" --version): it was made for another one." >&2
  exit 1
}
