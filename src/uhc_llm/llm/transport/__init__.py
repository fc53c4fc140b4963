"""How a request reaches a model's server, and what becomes of the answer.

    request -> the provider's form (providers, request_form, strict_schema)
            -> sent, and sent again (sending), without what the server does not take (concessions)
            -> its refusals understood (refusals, failures)
            -> its answer read (completions, answer_form, answer_text)

What is asked stands one folder up; `uhc_llm.llm.client` puts both together.
"""
