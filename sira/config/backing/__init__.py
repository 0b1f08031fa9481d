"""`sira backup` and `sira restore`: the database as of one instant, every file that its rows name, and a list of both.

A backup is a folder: MANIFEST.json (versions, the list's digests and its own), FILES (digest, size and path of each
kept file), database/ (pg_dump's own format) and files/ (as the file store has them). The key that seals secrets and
signs links (secret.key) is never in it.
"""
