"""The exercises themselves, one file for each chapter of the course."""
