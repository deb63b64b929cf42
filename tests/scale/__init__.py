"""Proves that more workers carry more: real stacks, a model of 500 ms, and a verdict. No test."""
