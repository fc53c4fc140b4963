"""How long `import uhc_llm` takes beside `import openai`.

Usage: python benchmarks/import_time.py

Each import runs in a process of its own, the two taking turns, so that what else the machine does
meets both. Printed are the medians and their ratio; only the ratio means anything elsewhere.
"""

import statistics
import subprocess
import sys
from typing import Final

ROUNDS: Final = 9
TIMED: Final = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def seconds(module: str) -> float:
    """How long one import takes, in a fresh process."""
    command = [sys.executable, "-c", TIMED.format(module)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print the medians and their ratio."""
    modules = ("uhc_llm", "openai")
    for module in modules:
        seconds(module)  # compiles and caches
    rounds = [[seconds(module) for module in modules] for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"import uhc_llm  {ours * 1000:8.1f} ms")
    print(f"import openai   {theirs * 1000:8.1f} ms")
    print(f"ratio           {ours / theirs:8.3f}")


if __name__ == "__main__":
    main()
