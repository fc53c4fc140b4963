"""What the words around each number say of its meaning.

A number has a window, the stretch of its sentence that is nearer to it than to any other number
(`windows`). Cue words in it suggest what the number measures (`metrics`), whether it is reached or
aimed at (`statuses`), whose it is (`segments`), whether it is what UHC asks of any region
(`thresholds`) or no coverage fact at all (`nothing`). A number may say the one before it again
(`pairs`); and where its words are silent, what was read before it speaks for it (`reading`).
"""

from uhc_llm.scanner.meanings.cells import NO_REGION
from uhc_llm.scanner.meanings.meaning import Meaning
from uhc_llm.scanner.meanings.reading import read_meanings
from uhc_llm.scanner.meanings.windows import Window, window

__all__ = ["NO_REGION", "Meaning", "Window", "read_meanings", "window"]
