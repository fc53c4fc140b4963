"""Ask: what the model is shown, what it may answer, and how it is reached.

- offers: what each number of the text may be said to mean
- point, quote: the two strategies, each a conversation about one text
- prompts: the templates in prompts/
- answers: the forms of an answer
- models: which model is asked
- client: asking it, over openai and instructor
- local, llama_server, weights, weights_sources: the embedded model
- replay: whether answers come from a recording
"""
