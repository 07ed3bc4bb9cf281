"""
One scenario per module, found by its file name.

A module has `async def run(database: Database) -> Sequence[Row]`, and may name in `DATABASES` the kinds it is for
(`sqlite`, `postgresql`; without it, both).
"""
