"""The workbench in the browser: a server, and the processes that read for it.

The server itself never opens a file of data, and imports neither h5py nor NumPy: it
checks who asks and what for (`questions`), passes that on to a process that may die of
it (`worker`), which reads and answers (`answers`).
"""
