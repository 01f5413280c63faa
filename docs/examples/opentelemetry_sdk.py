"""OpenTelemetry: exceptions of spans are errors, spans and metrics are samples.

pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
TOCSIN_URL=http://localhost:8700 TOCSIN_KEY=<key> python opentelemetry_sdk.py
"""

import os

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

address = os.environ["TOCSIN_URL"]
headers = {"x-tocsin-key": os.environ["TOCSIN_KEY"]}
resource = Resource.create(
    {
        "service.name": "shop",
        "service.version": "1.4.0",
        "deployment.environment.name": "production",
    }
)
traces = TracerProvider(resource=resource)
traces.add_span_processor(
    BatchSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces", headers=headers))
)
reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{address}/v1/metrics", headers=headers))
metrics = MeterProvider(resource=resource, metric_readers=[reader])

metrics.get_meter("shop").create_counter("checkouts").add(1, {"plan": "gold"})
try:
    with traces.get_tracer("shop").start_as_current_span("POST /pay"):
        raise TimeoutError("the bank does not answer")
except TimeoutError:
    print("sent as an error")
traces.shutdown()
metrics.shutdown()
