"""An OpenAI-compatible server of its own process, to be loaded, limited and broken at will.

with running(latency=2.0, faults={"500": 0.1}) as provider:
    ...  # ask a client whose base URL is provider.url
    print(provider.stats()["requests"])

It takes chat completions, files and batches, on 127.0.0.1 alone, and answers whatever JSON Schema a
request asks for. `python -m benchmarks.fake_provider --help` lists what can be set. A test that
wants to say each single reply has `tests/fake_provider.py`.
"""

from benchmarks.fake_provider.faults import FAULTS, Fault
from benchmarks.fake_provider.running import Running, running
from benchmarks.fake_provider.settings import Settings

__all__ = ["FAULTS", "Fault", "Running", "Settings", "running"]
