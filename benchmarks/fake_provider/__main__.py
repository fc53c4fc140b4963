"""`python -m benchmarks.fake_provider`: the first line that it prints tells its address."""

import sys

from benchmarks.fake_provider.server import serve
from benchmarks.fake_provider.settings import from_arguments

if __name__ == "__main__":
    serve(*from_arguments(sys.argv[1:]))
