from sira.tickets.tests.fixtures import desk, jonas, own_files, sign_in

__all__ = ["desk", "jonas", "own_files", "sign_in"]
