"""The course's machinery: check, report, build, verify, progress."""
