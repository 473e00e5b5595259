#!/usr/bin/env bash
# Guess: `flwr run .` on one's own machine runs the app with the packages of the environment that it is started from.
# Seen (flwr 1.42.0 with ray 2.55.1): unless FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION=1 is set, what the app's
#   pyproject.toml lists is fetched by uv from a package index into an environment of the run's own, and what is not
#   installed here is there.
# So: the example here, which asks for mechproof as it is installed, is run with that variable set.
set -euo pipefail
work=$(mktemp -d)
server() { for file in /proc/[0-9]*/cmdline; do { tr '\0' '\n' <"$file" | grep -q "^$work/home/local-superlink" && echo "$file" | cut -d/ -f3; } 2>/dev/null || true; done; }
trap 'for id in $(server); do kill "$id"; done; sleep 2; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "flwr[simulation]==1.42.0" "numpy==2.4.6"
if "$work/venv/bin/python" -c "import six" 2>/dev/null; then echo "six is here already" && exit 1; fi
mkdir -p "$work/app/asks" "$work/home"
cat >"$work/app/pyproject.toml" <<'T'
[project]
name = "asks"
version = "1.0.0"
requires-python = ">=3.11,<3.13"
dependencies = ["flwr[simulation]==1.42.0", "six==1.17.0"]
[tool.flwr.app]
publisher = "somebody"
[tool.flwr.app.components]
serverapp = "asks.server_app:app"
clientapp = "asks.client_app:app"
[tool.flwr.app.config]
told = ""
T
touch "$work/app/asks/__init__.py"
printf 'from flwr.clientapp import ClientApp\n\napp = ClientApp()\n' >"$work/app/asks/client_app.py"
cat >"$work/app/asks/server_app.py" <<'T'
from pathlib import Path

from flwr.serverapp import ServerApp

app = ServerApp()


@app.main()
def main(grid, context):
    try:
        import six

        where = six.__file__
    except ImportError:
        where = "absent"
    Path(context.run_config["told"]).write_text(where)
T
export FLWR_TELEMETRY_ENABLED=0 FLWR_HOME="$work/home" PATH="$work/venv/bin:$PATH"
unset FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION
(cd "$work/app" && timeout 240 flwr run . --stream --run-config "told=\"$work/told\"" >"$work/log" 2>&1) || cat "$work/log"
echo "six, which is not in the environment, was found in: $(sed "s|$work/||" "$work/told")"
grep -q "^$work/home/runtime-envs/" "$work/told"
