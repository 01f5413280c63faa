/** What somebody pastes into a program, for each platform, with the DSN of their key in it. */

export interface Sending {
  dsn: string;
  publicKey: string;
  number: number;
  release: string;
}
export interface Step {
  title: string;
  code: string;
}
export interface Platform {
  id: string;
  name: string;
  note?: string;
  steps: (sending: Sending) => Step[];
}

/** The address of this Tocsin, as the DSN has it. */
const addressIn = ({ dsn, publicKey }: Sending): string => dsn.replace(`${publicKey}@`, "").replace(/\/\d+$/, "");

const install = (code: string): Step => ({ title: "Install the SDK", code });
const fail = (code: string): Step => ({ title: "Send a first error", code });

const js = (from: string, sending: Sending): Step => ({
  title: "Start it before anything else",
  code: `import * as Sentry from "${from}";

Sentry.init({
  dsn: "${sending.dsn}",
  release: "${sending.release}",
  environment: "production",
});`,
});

const python = ({ dsn, release }: Sending): Step => ({
  title: "Start it before anything else",
  code: `import sentry_sdk

sentry_sdk.init(
    dsn="${dsn}",
    release="${release}",
    environment="production",
)`,
});

export const PLATFORMS: readonly Platform[] = [
  {
    id: "python",
    name: "Python",
    steps: (sending) => [install("pip install sentry-sdk"), python(sending), fail("1 / 0")],
  },
  {
    id: "django",
    name: "Django, FastAPI",
    note: "Flask, Celery and other frameworks are found by the SDK as well: nothing else is to be done.",
    steps: (sending) => [
      install("pip install sentry-sdk"),
      { ...python(sending), title: "At the top of settings.py, or of the file that makes the app" },
      fail(`# FastAPI
@app.get("/fails")
async def fails():
    return 1 / 0

# Django, in urls.py
path("fails/", lambda request: 1 / 0)`),
    ],
  },
  {
    id: "browser",
    name: "JavaScript",
    note: "The key may only send: it may stand in a page. Say in the settings of the service which origins may use it.",
    steps: (sending) => [
      install("npm install @sentry/browser"),
      js("@sentry/browser", sending),
      fail(`setTimeout(() => {
  throw new Error("The first error of ${sending.release}");
});`),
    ],
  },
  {
    id: "react",
    name: "React",
    note: "Upload source maps when you build, and stacks of minified code become readable.",
    steps: (sending) => [
      install("npm install @sentry/react"),
      js("@sentry/react", sending),
      {
        title: "Around your application",
        code: `<Sentry.ErrorBoundary fallback={<p>Something went wrong.</p>}>
  <App />
</Sentry.ErrorBoundary>`,
      },
      fail(`<button onClick={() => { throw new Error("The first error"); }}>Fail</button>`),
    ],
  },
  {
    id: "node",
    name: "Node",
    steps: (sending) => [
      install("npm install @sentry/node"),
      { ...js("@sentry/node", sending), title: "In instrument.mjs; run your program with node --import ./instrument.mjs" },
      fail(`setTimeout(() => {
  throw new Error("The first error");
});`),
    ],
  },
  {
    id: "go",
    name: "Go",
    steps: ({ dsn, release }) => [
      install("go get github.com/getsentry/sentry-go"),
      {
        title: "Start it in main",
        code: `err := sentry.Init(sentry.ClientOptions{
	Dsn:              "${dsn}",
	Release:          "${release}",
	Environment:      "production",
	AttachStacktrace: true,
})
if err != nil {
	log.Fatal(err)
}
defer sentry.Flush(2 * time.Second)`,
      },
      fail(`sentry.CaptureException(errors.New("the first error"))`),
    ],
  },
  {
    id: "java",
    name: "Java",
    note: "Spring Boot: io.sentry:sentry-spring-boot-starter-jakarta, with sentry.dsn in application.properties.",
    steps: ({ dsn, release }) => [
      { title: "Add the SDK (Gradle); choose a version of io.sentry:sentry", code: `implementation("io.sentry:sentry:8.+")` },
      {
        title: "Start it in main",
        code: `import io.sentry.Sentry;

Sentry.init(options -> {
  options.setDsn("${dsn}");
  options.setRelease("${release}");
  options.setEnvironment("production");
});`,
      },
      fail(`Sentry.captureException(new IllegalStateException("the first error"));`),
    ],
  },
  {
    id: "php",
    name: "PHP",
    note: "Laravel has sentry/sentry-laravel, with SENTRY_LARAVEL_DSN in .env.",
    steps: ({ dsn, release }) => [
      install("composer require sentry/sentry"),
      {
        title: "Start it before anything else",
        code: `\\Sentry\\init([
    'dsn' => '${dsn}',
    'release' => '${release}',
    'environment' => 'production',
]);`,
      },
      fail(`throw new RuntimeException('the first error');`),
    ],
  },
  {
    id: "ruby",
    name: "Ruby",
    note: "Rails: gem \"sentry-rails\" beside it, in config/initializers/sentry.rb.",
    steps: ({ dsn, release }) => [
      install("gem install sentry-ruby"),
      {
        title: "Start it before anything else",
        code: `require "sentry-ruby"

Sentry.init do |config|
  config.dsn = "${dsn}"
  config.release = "${release}"
  config.environment = "production"
end`,
      },
      fail(`begin
  raise "the first error"
rescue => error
  Sentry.capture_exception(error)
end`),
    ],
  },
  {
    id: "otlp",
    name: "OpenTelemetry",
    note: "Exceptions of spans and of log records become errors, with their frames.",
    steps: (sending) => [
      {
        title: "Point the exporter here",
        code: `OTEL_EXPORTER_OTLP_ENDPOINT=${addressIn(sending)}
OTEL_EXPORTER_OTLP_HEADERS=x-tocsin-key=${sending.publicKey}
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
      },
      fail(`curl -sS ${addressIn(sending)}/v1/logs \\
  -H 'x-tocsin-key: ${sending.publicKey}' -H 'Content-Type: application/json' \\
  -d '{"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"severityNumber": 17, "body": {"stringValue": "the first error"}}]}]}]}'`),
    ],
  },
  {
    id: "curl",
    name: "curl",
    steps: (sending) => [
      fail(`curl -sS ${addressIn(sending)}/api/${sending.number}/store/ \\
  -H 'X-Sentry-Auth: Sentry sentry_version=7, sentry_key=${sending.publicKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"message": "The first event", "level": "error"}'`),
    ],
  },
];
