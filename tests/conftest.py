"""What holds for all tests: the program speaks English, whatever the machine's language is."""

import os

for name in ("UHC_LLM_LANG", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
