"""The headings publishers give the box of their key points: «Das Wichtigste in Kürze» and its kin."""

from __future__ import annotations

import re

from bot.feeds import plaintext

_LONGEST = 60
_APOSTROPHES = str.maketrans(dict.fromkeys("´`‘’′ʼ", "'"))
_HEADING = re.compile(
    r"""(?ix) ^ \W* (?:
        das\ wichtigste (?:\ (?:in\ k[üu]e?rze|im\ [üu]e?berblick|auf\ einen\ blick|in\ kurzform|kurz|des\ artikels))?
      | darum\ geh(?:'?t|t)\ ?'?e?s (?:\ hier)? | darum\ gehts | worum\ (?:es\ geht|geht['\ ]?e?s)
      | in\ k[üu]e?rze | kurz\ (?:&|und|\+)\ knapp | kurz\ gesagt | kurz\ zusammengefasst | kurz\ erkl[äa]e?rt
      | auf\ einen\ blick | die\ wichtigsten\ (?:punkte|fakten|erkenntnisse|infos) | zusammenfassung | [üu]e?berblick
      | l'essentiel (?:\ en\ bref|\ de\ l'info|\ à\ retenir)? | ce\ qu'il\ faut\ (?:retenir|savoir) | à\ retenir
      | en\ bref | en\ r[ée]sum[ée]
      | (?:les\ )? points\ (?:cl[ée]s|essentiels) | in\ breve | i\ punti\ (?:chiave|salienti|principali) | in\ sintesi
      | l'essenziale (?:\ in\ breve)? | punti\ chiave
      | key\ (?:points|takeaways|facts) | the\ key\ points | at\ a\ glance | in\ brief | takeaways | what\ to\ know
    ) \W* $"""
)
_CLEAR = re.compile(r"(?i)wichtig|\bgeh|knapp|essen|reten|savoir|point|punti|key|takeaway|know")
"""Headings that are nothing else; "In Kürze" also heads columns of short news, and "Auf einen Blick" navigation."""
_HINTS = (
    "wichtigst|worum|darum|kürze|kuerze|k&uuml;rze|k&#252;rze|kurz|blick|zusammenfass|überblick|essenti|essenzi|retenir"
    "|savoir|bref|sumé|sume|sum&eacute;|sum&#233;|points |breve|punti|sintesi|key |glance|in brief|takeaway|to know"
).split("|")
"""Most texts have no such box, and looking for one in the tree is the dearest part of reading an entry."""


def is_one(text: str) -> bool:
    """Say whether a line is one of the headings publishers give such a box."""
    if len(text) > _LONGEST:
        return False
    return bool(_HEADING.match(" ".join(plaintext.composed(text).translate(_APOSTROPHES).split())))


def is_clear(text: str) -> bool:
    """Say whether a heading of such a box heads nothing else."""
    return bool(_CLEAR.search(text))


def may_be_in(markup: str) -> bool:
    """Say whether a text may hold such a heading."""
    markup = plaintext.composed(markup).lower()
    return any(hint in markup for hint in _HINTS)
