"""wrk: a load client in C, fast enough not to be what is measured."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.payloads import ID

# Each request carries a fresh id: 32 hexadecimal digits from a counter and a seed.
_SCRIPT = """
local function slurp(name)
  local file = io.open(name, "rb")
  local content = file:read("*a")
  file:close()
  return content
end
local bodies = {%s}
local parts = {}
for n, body in ipairs(bodies) do
  local pieces, from = {}, 1
  while true do
    local a, b = body:find("%s", from, true)
    if not a then break end
    pieces[#pieces + 1] = body:sub(from, a - 1)
    from = b + 1
  end
  pieces[#pieces + 1] = body:sub(from)
  parts[n] = pieces
end
local count, seed = 0, os.time() * 1000
wrk.method = "POST"
%s
function request()
  count = count + 1
  local id = string.format("%%016x%%016x", seed + count * 2654435761, count)
  return wrk.format(nil, nil, nil, table.concat(parts[count %% #parts + 1], id))
end
function done(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%f %%f %%f %%d\\n",
    summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout, latency:percentile(50), latency:percentile(99), latency.max,
    summary.bytes))
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run of wrk saw; latencies in milliseconds."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float
    longest: float

    @property
    def per_second(self) -> float:
        """Requests that were answered, for each second."""
        return self.requests / self.seconds


def post(
    url: str,
    bodies: list[bytes],
    headers: dict[str, str],
    *,
    connections: int,
    seconds: int,
) -> Load:
    """Post bodies in turn, as fast as the server answers."""
    with tempfile.TemporaryDirectory() as directory:
        names = []
        for n, body in enumerate(bodies):
            path = Path(directory) / str(n)
            path.write_bytes(body)
            names.append(f'slurp("{path}")')
        lines = [f'wrk.headers["{k}"] = {json.dumps(v)}' for k, v in headers.items()]
        script = Path(directory) / "post.lua"
        script.write_text(_SCRIPT % (", ".join(names), ID, "\n".join(lines)))
        ran = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script, url],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)", ran.stdout)
    if found is None:
        raise RuntimeError(ran.stdout + ran.stderr)
    requests, micros, failed, p50, p99, longest = found.groups()
    return Load(
        requests=int(requests),
        seconds=int(micros) / 1e6,
        failed=int(failed),
        p50=float(p50) / 1000,
        p99=float(p99) / 1000,
        longest=float(longest) / 1000,
    )
