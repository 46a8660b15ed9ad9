"""What real providers say to mail that they don't take: read where it lies beside the project, and never a part of it.

The file is KumoMTA's (Apache-2.0), its licence lies beside it.
"""
import sys
import tomllib

from service import ROOT

FILE = ROOT.parent / "shared/suites/bounces/smart-sink-responses.toml"
OUR_OWN = ("451 4.7.1 not now", "550 5.7.1 never")


def reply(code, text):
    """A reply of one line or several. The file writes some of their codes, of the last line with a comma."""
    lines = [line[3:].lstrip("-, ") if line.startswith(str(code)) else line for line in text.splitlines()]
    return "\r\n".join(f"{code}{'-' if at + 1 < len(lines) else ' '}{line}" for at, line in enumerate(lines))


def real_replies():
    """Those of the 400s and those of the 500s; two of our own, aloud, where the file isn't."""
    if not FILE.exists():
        print(f"\n{FILE} isn't there: these tests know two replies, and none of a real provider", file=sys.stderr)
        return (OUR_OWN[:1], OUR_OWN[1:])
    with FILE.open("rb") as file:
        sections = tomllib.load(file)
    entries = [entry for kind in ("defer", "bounce") for some in sections[kind].values() for entry in some]
    said = [reply(entry["code"], entry["msg"]) for entry in entries]
    later, never = ([one for one in dict.fromkeys(said) if one[0] == digit] for digit in "45")
    if not later or not never:
        raise AssertionError(f"{FILE} has no replies any more")
    return later, never
