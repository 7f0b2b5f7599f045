"""Garbage is collected seldom and young: a full collection takes some 30 ms, in which no key is answered."""

import gc

from textual._styles_cache import StylesCache

YOUNG = 20_000
"""So many objects are made, more than are let go, until those among them that are garbage are collected: two closed dialogs."""


def collect_seldom() -> None:
    """Collect from here on in a process that is there for one app: what is there by now lives as long as the app."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()


def forget_widgets() -> None:
    """Let go of what the widgets of screens that were left have drawn.

    Textual 8.2 keeps the last 1,024 of them: `StylesCache.get_inner_outer` is cached with the object that it is a method of.
    """
    StylesCache.get_inner_outer.cache_clear()
