"""Benchmarks: `bin/bench [group]`. Ratios from one run on one machine; see docs/reference/performance.md."""
