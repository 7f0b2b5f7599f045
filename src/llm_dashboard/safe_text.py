"""Untrusted text, made safe to draw.

Plans, file names and child output may hold terminal escape sequences, control characters and bidirectional overrides; no
Textual widget removes them. `plain` is for every string that enters a model; `TOKENS` is what the log view splits lines with.
"""

import re

_STRING_BODY = r"[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"
"""The body of an escape string, ended by BEL, ST or the end of the text, so that an unterminated one ends with its line."""

TOKENS = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]{0,64})m"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*(?:[@-~]|$)?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])" + _STRING_BODY + r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""One escape sequence or one character that must not reach a terminal. Group `sgr`: the parameters of a colour sequence.

Sequences: ECMA-48 (CSI, OSC, DCS, SOS, PM, APC in their 7 and 8 bit forms). Characters: C0 but tab, DEL, C1, zero-width and
bidirectional controls, line separators, lone surrogates, tags. Zero-width joiner and variation selectors stay: emoji need them.
"""

_INVISIBLE = frozenset("\xad\u180e\u200b\u200c\u2060\ufeff")


def visible(token: str) -> str:
    """What to show for one match of `TOKENS`: nothing for an escape sequence, else a visible stand-in for the character."""
    code = ord(token[0])
    if len(token) > 1 or code == 0x1B or code in (0x90, 0x98, 0x9B) or 0x9D <= code <= 0x9F or token in _INVISIBLE:
        return ""
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"


def plain(text: str) -> str:
    """The text in one line, safe to draw: escape sequences gone, control characters visible, tabs and line ends as spaces."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", " ").translate(_SPACES)
    return TOKENS.sub(lambda match: visible(match.group()), text)


def plain_block(text: str) -> str:
    """The text in several lines, each safe to draw. Lines end at a line feed only; tabs become four spaces."""
    return "\n".join(plain(line.replace("\t", "    ").removesuffix("\r")) for line in text.split("\n"))


_SPACES = {ord("\t"): " ", ord("\n"): " ", ord("\r"): " "}
