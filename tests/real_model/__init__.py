"""Runs the product against a real model: llama.cpp's server and open weights, out of packages."""
