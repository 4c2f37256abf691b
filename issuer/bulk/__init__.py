"""A run over many records: check → compose → seal → write, resumable at any point.

`run.SealRun` reads and judges the rows in order and hands ranges of them to workers; `worker.Sealer` turns a range
into sealed files; `journal.Journal` remembers what is about to be sealed before it is sealed, so that a killed run, run
again, neither repeats nor skips a document; `outbox` puts files in place whole or not at all.
"""
