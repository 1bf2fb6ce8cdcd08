"""The command line as a whole."""

from __future__ import annotations

import pytest

from hub.cli import main


def test_the_command_alone_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("usage: hub")
