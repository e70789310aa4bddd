# Chapters and helpers that tests read; no tests themselves.
collect_ignore_glob = ["*.py"]
