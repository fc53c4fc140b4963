"""What others say of gold articles, read as predictions, however it is written.

    our own file           lines of JSON with `id` and `facts`
    lists                  lines of JSON: a list of facts, or one fact with the `id` of its article
    LangExtract            lines of JSON with `extractions`
    tables                 CSV, a row for each fact

`files` tells them apart, `cells` reads what stands in a fact.
"""

from uhc_llm.evaluation.adapters.files import load_predictions

__all__ = ["load_predictions"]
