"""A run on many machines: `uhc-llm batch --engine ray`.

    Parquet or JSONL -> Ray Data -> blocks -> workers, an Extractor each -> parts -> ledger

Ray Data reads the inputs, deals blocks out to the workers, and gives a block to another worker when
a machine is lost; nothing here schedules anything. A worker writes what came out of a block as one
file, called by the keys in it, so that a block that is done again is neither asked again nor there
twice. A second run reads the keys of all files first, and does only what is missing.

- parts: the files of a run, on any file system that pyarrow knows
- worker: what happens to one block
- engine: the run itself
- merging: parts brought into a ledger
"""

from uhc_llm.batch.ray_engine.engine import RayOutcome, run_ray
from uhc_llm.batch.ray_engine.merging import merge_parts
from uhc_llm.batch.ray_engine.parts import Parts

__all__ = ["Parts", "RayOutcome", "merge_parts", "run_ray"]
