"""OTLP over HTTP: logs, traces and metrics of OpenTelemetry, as protobuf or as JSON."""
