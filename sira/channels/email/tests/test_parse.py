import io

import pytest

from sira.channels.email import parse


def test_asked_for_help_it_helps_and_does_not_wait_for_mails(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "path": "/nowhere"}\n'))
    with pytest.raises(SystemExit) as ended:
        parse.main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and "JSON" in said and "/nowhere" not in said
