"""Taurus as Loadstar's worker drives it: tools are loaded before the start and wait for it, and nothing outlives the worker."""
