"""The queue of user reports: from the widget on a page to an error, and every decision by key."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop
from tests.graph.serving import serving
from tests.pictures import a_png

pytestmark = pytest.mark.timeout(120)

KEY = """mutation ($service: ID!, $origin: String!) {
  createIngestKey(service: $service, key: {
      label: "widget", purpose: REPORT, allowedOrigins: [$origin] }) {
    ... on CreateIngestKeySuccess { key { publicKey } }
    ... on Failure { message }
  }
}"""
REPORT = """mutation ($report: CreateUserReportInput!) {
  createUserReport(report: $report) {
    ... on CreateUserReportSuccess { report { id title } }
    ... on Failure { message }
  }
}"""
STATE = """query ($id: ID!) { userReport(id: $id) {
  status assignee { id } duplicateOf { id } error { id title } dueAt resolutionNotes } }"""
