"""The register: every document from draft to the end of its life, and who did what to it.

    database = Database.open(url_of(folder))
    with database.writing() as session:
        seq = audit.append(session, actor, "batch.prepare", batch.id, steps)
        life.move(session, …)

One folder of tables, one module per noun; whoever calls opens the transaction and ends it, the modules here only take
part. What must never happen is refused by the database itself (`migrations/versions/0002_guards.py`).
"""
