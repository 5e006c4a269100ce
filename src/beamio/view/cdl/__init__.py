"""CDL, the language that ``ncdump`` writes and ``ncgen`` reads: words and lines."""
