"""Assignments, as the API shows them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain import assignments
from domain.ids import ErrorId, UserId
from graph.context import Info
from graph.ids import Node, shown
from graph.users import User, user_of
from persistence.projection.declared import ASSIGNMENT
