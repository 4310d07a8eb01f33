"""FEEL, the expression language of DMN (OMG DMN 1.3, clause 10.3): text → tokens → tree → Python closures."""
