"""Matching: what a rule says of the events that it is for, and whether an event is one of them."""

from domain.matching.facts import FIELDS, FRAME_FIELDS, Facts
from domain.matching.matchers import Matcher, Matchers, Op, parse_matchers

__all__ = ["FIELDS", "FRAME_FIELDS", "Facts", "Matcher", "Matchers", "Op", "parse_matchers"]
