"""Measurements: CPU time per document per core, peak memory, growth. Figures and machine: `bench/README.md`."""
