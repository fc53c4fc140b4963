"""The report and the review as people have them: in a real browser."""
