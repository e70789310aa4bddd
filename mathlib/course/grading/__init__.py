"""Grading: submissions as data, judged apart, recorded by nbgrader."""
