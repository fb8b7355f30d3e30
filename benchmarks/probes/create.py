"""Runs in a fresh process, in a project's folder: what `create_app()` takes, as JSON."""

import gc
import json
import os
from pathlib import Path
from time import process_time


def memory(field: str) -> float:
    """Return a field of this process's status in MiB; 0 where the system has no such file."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    sizes = [line.split()[1] for line in lines if line.startswith(field)]
    return int(sizes[0]) / 1024 if sizes else 0.0


# CPU time: what others do on the machine meanwhile disturbs it least.
started = process_time()
from app import create_app  # noqa: E402

if os.environ.get("BENCHMARK_COLLECTOR") == "off":
    gc.disable()
imported = process_time()
app = create_app()
created = process_time()

result = {
    "import": (imported - started) * 1000,
    "create": (created - imported) * 1000,
    "resident": memory("VmRSS"),
    "peak": memory("VmHWM"),
    "routes": len(list(app.url_map.iter_rules())),
}
print(json.dumps(result))
