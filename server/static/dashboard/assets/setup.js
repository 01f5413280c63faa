import{S$1 as e,T as t,d as n,h as r,u as i,useQuery as a,useRoute as o}from"./library.js";import{Button as s,Code as c,CopyLine as l,Empty as u,Go as d,Icon as f,Menu as p,Refused as m,TextField as h,Time as g,Waiting as _,act as v,graphql as y,useAddress as b,useErrorChanges as x,useForm as S,useGo as C,useOrganization as w,useSession as T,useTitle as E,useWhere as D,words as O}from"./house.js";var k=({dsn:e,publicKey:t})=>e.replace(`${t}@`,``).replace(/\/\d+$/,``),A=e=>({title:`Install the SDK`,code:e}),j=e=>({title:`Send a first error`,code:e}),M=(e,t)=>({title:`Start it before anything else`,code:`import * as Sentry from "${e}";

Sentry.init({
  dsn: "${t.dsn}",
  release: "${t.release}",
  environment: "production",
});`}),N=({dsn:e,release:t})=>({title:`Start it before anything else`,code:`import sentry_sdk

sentry_sdk.init(
    dsn="${e}",
    release="${t}",
    environment="production",
)`}),P=[{id:`python`,name:`Python`,steps:e=>[A(`pip install sentry-sdk`),N(e),j(`1 / 0`)]},{id:`django`,name:`Django, FastAPI`,note:`Flask, Celery and other frameworks are found by the SDK as well: nothing else is to be done.`,steps:e=>[A(`pip install sentry-sdk`),{...N(e),title:`At the top of settings.py, or of the file that makes the app`},j(`# FastAPI
@app.get("/fails")
async def fails():
    return 1 / 0

# Django, in urls.py
path("fails/", lambda request: 1 / 0)`)]},{id:`browser`,name:`JavaScript`,note:`The key may only send: it may stand in a page. Say in the settings of the service which origins may use it.`,steps:e=>[A(`npm install @sentry/browser`),M(`@sentry/browser`,e),j(`setTimeout(() => {
  throw new Error("The first error of ${e.release}");
});`)]},{id:`react`,name:`React`,note:`Upload source maps when you build, and stacks of minified code become readable.`,steps:e=>[A(`npm install @sentry/react`),M(`@sentry/react`,e),{title:`Around your application`,code:`<Sentry.ErrorBoundary fallback={<p>Something went wrong.</p>}>
  <App />
</Sentry.ErrorBoundary>`},j(`<button onClick={() => { throw new Error("The first error"); }}>Fail</button>`)]},{id:`node`,name:`Node`,steps:e=>[A(`npm install @sentry/node`),{...M(`@sentry/node`,e),title:`In instrument.mjs; run your program with node --import ./instrument.mjs`},j(`setTimeout(() => {
  throw new Error("The first error");
});`)]},{id:`go`,name:`Go`,steps:({dsn:e,release:t})=>[A(`go get github.com/getsentry/sentry-go`),{title:`Start it in main`,code:`err := sentry.Init(sentry.ClientOptions{
	Dsn:              "${e}",
	Release:          "${t}",
	Environment:      "production",
	AttachStacktrace: true,
})
if err != nil {
	log.Fatal(err)
}
defer sentry.Flush(2 * time.Second)`},j(`sentry.CaptureException(errors.New("the first error"))`)]},{id:`java`,name:`Java`,note:`Spring Boot: io.sentry:sentry-spring-boot-starter-jakarta, with sentry.dsn in application.properties.`,steps:({dsn:e,release:t})=>[{title:`Add the SDK (Gradle); choose a version of io.sentry:sentry`,code:`implementation("io.sentry:sentry:8.+")`},{title:`Start it in main`,code:`import io.sentry.Sentry;

Sentry.init(options -> {
  options.setDsn("${e}");
  options.setRelease("${t}");
  options.setEnvironment("production");
});`},j(`Sentry.captureException(new IllegalStateException("the first error"));`)]},{id:`php`,name:`PHP`,note:`Laravel has sentry/sentry-laravel, with SENTRY_LARAVEL_DSN in .env.`,steps:({dsn:e,release:t})=>[A(`composer require sentry/sentry`),{title:`Start it before anything else`,code:`\\Sentry\\init([
    'dsn' => '${e}',
    'release' => '${t}',
    'environment' => 'production',
]);`},j(`throw new RuntimeException('the first error');`)]},{id:`ruby`,name:`Ruby`,note:`Rails: gem "sentry-rails" beside it, in config/initializers/sentry.rb.`,steps:({dsn:e,release:t})=>[A(`gem install sentry-ruby`),{title:`Start it before anything else`,code:`require "sentry-ruby"

Sentry.init do |config|
  config.dsn = "${e}"
  config.release = "${t}"
  config.environment = "production"
end`},j(`begin
  raise "the first error"
rescue => error
  Sentry.capture_exception(error)
end`)]},{id:`otlp`,name:`OpenTelemetry`,note:`Exceptions of spans and of log records become errors, with their frames.`,steps:e=>[{title:`Point the exporter here`,code:`OTEL_EXPORTER_OTLP_ENDPOINT=${k(e)}
OTEL_EXPORTER_OTLP_HEADERS=x-tocsin-key=${e.publicKey}
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`},j(`curl -sS ${k(e)}/v1/logs \\
  -H 'x-tocsin-key: ${e.publicKey}' -H 'Content-Type: application/json' \\
  -d '{"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"severityNumber": 17, "body": {"stringValue": "the first error"}}]}]}]}'`)]},{id:`curl`,name:`curl`,steps:e=>[j(`curl -sS ${k(e)}/api/${e.number}/store/ \\
  -H 'X-Sentry-Auth: Sentry sentry_version=7, sentry_key=${e.publicKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"message": "The first event", "level": "error"}'`)]}],F=`tocsin.platform`;function I(){try{return localStorage.getItem(F)??`python`}catch{return`python`}}function L({sending:t}){let[n,r]=b(),a=n.get(`platform`)??I(),o=P.find(({id:e})=>e===a)??P[0],s=e=>{r({platform:e});try{localStorage.setItem(F,e)}catch{}};return i(e,{children:[i(`div`,{class:`setup-dsn`,children:[i(`h2`,{children:`DSN`}),i(l,{text:t.dsn,label:`Copy the DSN`}),i(`p`,{class:`dim`,children:`Any Sentry SDK takes it. The key in it may send and nothing else.`})]}),i(`div`,{class:`platforms`,role:`group`,"aria-label":`Platform`,children:P.map(({id:e,name:t})=>i(`button`,{type:`button`,class:`platform`,"aria-pressed":e===o.id,onClick:()=>s(e),children:t},e))}),i(`ol`,{class:`setup-steps`,children:o.steps(t).map(({title:e,code:t})=>i(`li`,{children:[i(`h3`,{children:e}),i(c,{text:t,label:e})]},e))}),o.note&&i(`p`,{class:`dim`,children:o.note})]})}var R=y(`query FirstError($service:[ID!]){errors(where:{service:$service}orderBy:LAST_SEEN_DESC first:1){edges{node{id shortId title lastSeenAt occurrenceCount}}}}`),z=y(`query TurnedAway($organization:ID!$since:DateTime!$service:ID!){ingestOutcomes(where:{organization:$organization since:$since outcome:[INVALID RATE_LIMITED SUPPRESSED UNSUPPORTED]}limit:50){minute outcome category reason quantity key{id service{id}}}service(id:$service){id keys{id lastUsedAt}}}`),B=5e3;function V({organization:e,service:t}){let[{data:n},r]=a({query:R,variables:{service:[t.id]},requestPolicy:`cache-and-network`}),o=n?.errors?.edges[0]?.node,s=!!o;return x({onChanges:()=>s||r({requestPolicy:`network-only`}),onResync:()=>r({requestPolicy:`network-only`})}),o?i(`section`,{class:`card waiting here`,role:`status`,children:[i(f,{name:`check`,size:22}),i(`div`,{children:[i(`p`,{class:`waiting-what`,children:[`The first event of `,t.name,` is here`]}),i(`p`,{class:`cut`,children:[o.title,` `,i(`span`,{class:`dim`,children:[`· `,i(g,{at:o.lastSeenAt})]})]})]}),i(d,{to:`/errors/${o.id}`,class:`button primary`,children:`Look at the error`})]}):i(`section`,{class:`card waiting`,role:`status`,children:[i(`i`,{class:`beacon`,"aria-hidden":`true`}),i(`div`,{children:[i(`p`,{class:`waiting-what`,children:[`Waiting for the first event of `,t.name]}),i(`p`,{class:`dim`,children:n?`This turns green by itself when it comes.`:`Looking whether there is one.`}),n&&i(H,{organization:e,service:t.id})]})]})}function H({organization:e,service:o}){let s=t(()=>new Date(Date.now()-6e5).toISOString(),[]),[{data:c},l]=a({query:z,variables:{organization:e,since:s,service:o}}),[,u]=n(0);r(()=>{let e=setInterval(()=>{document.visibilityState===`visible`&&(u(e=>e+1),l({requestPolicy:`network-only`}))},B);return()=>clearInterval(e)},[l]);let d=c?.ingestOutcomes?.filter(({key:e})=>e?.service?.id===o)??[],f=c?.service?.keys.map(({lastUsedAt:e})=>e).filter(Boolean).sort().at(-1),p=d.at(-1);return p?i(`p`,{class:`waiting-away`,children:[p.quantity,` of `,O(p.category).toLowerCase(),` came at `,i(g,{at:p.minute}),` and was not kept: `,O(p.outcome).toLowerCase(),`, `,p.reason.replaceAll(`_`,` `),`.`]}):f?i(`p`,{class:`waiting-away`,children:[`The key was used `,i(g,{at:f}),`, but not for an error.`]}):null}var U=y(`query ServicesToConnect($organization:ID!){services(organization:$organization){id name number isActive keys{id dsn publicKey purpose isEnabled}}}`),W=y(`mutation CreateService($organization:ID!$service:ServiceInput!){createService(organization:$organization service:$service){__typename ...on CreateServiceSuccess{service{id name}}...on Invalid{field}...on Failure{message}}}`);function G(){let{can:t}=T(),n=w(),[,r]=o(`/setup/:service?`),{service:s}=D(),[{data:c,error:l},u]=a({query:U,variables:{organization:n.id}}),d=C();if(!c?.services)return i(_,{error:l,onRetry:()=>u({requestPolicy:`network-only`}),rows:6});let{services:f}=c,m=r?.service===`new`||f.length===0,h=r?.service??s,g=f.find(({id:e})=>e===h)??f[0],v=f.map(({id:e,name:t})=>({label:t,isOn:e===g?.id&&!m,run:()=>d(`/setup/${e}`)})),y=t(`CONFIGURE`)?[`line`,{label:`New service…`,icon:`plus`,run:()=>d(`/setup/new`)}]:[];return i(e,{children:[i(`div`,{class:`page-head`,children:[i(`h1`,{children:m||!g?`Connect a service`:`Connect ${g.name}`}),f.length>0&&i(p,{label:`Which service`,kind:`plain`,items:[...v,...y],children:m?`New service`:g.name})]}),m||!g?i(q,{organization:n.id}):i(K,{organization:n.id,service:g})]})}function K({organization:e,service:t}){let{can:n}=T();E(`Connect ${t.name}`);let r=t.keys.find(({isEnabled:e,purpose:t})=>e&&t===`INGEST`);if(!r)return i(u,{icon:`key`,title:`This service has no key that may send errors`,action:n(`CONFIGURE`)&&i(d,{to:`/settings/services/${t.id}`,class:`button primary`,children:`Make a key`}),children:n(`CONFIGURE`)?`Make one, or switch one on.`:`Ask somebody who may configure services to make one.`});let{dsn:a,publicKey:o}=r;return i(`div`,{class:`setup`,children:[i(`div`,{class:`setup-side`,children:[i(V,{organization:e,service:t},t.id),i(`p`,{class:`dim`,children:[`Nothing to break at hand? `,i(`code`,{children:`tocsin demo`}),` runs small programs that fail.`,` `,i(d,{to:`/settings/services/${t.id}`,children:[`Keys, origins and limits of `,t.name]})]})]}),i(`section`,{class:`card setup-how`,"aria-label":`How to send`,children:i(L,{sending:{dsn:a,publicKey:o,number:t.number,release:`${t.name.toLowerCase().replaceAll(/[^a-z0-9]+/g,`-`)}@1.0.0`}})})]})}function q({organization:e}){let{can:t}=T(),n=C(),r=S({name:``},({name:t})=>v(W,{organization:e,service:{name:t}}),{onDone:({service:e})=>n(`/setup/${e.id}`)});return t(`CONFIGURE`)?i(`section`,{class:`card`,children:i(`form`,{class:`form`,onSubmit:r.onSubmit,children:[i(h,{form:r,name:`name`,label:`Name`,hint:`What runs and may fail: a program, a site, an app. Shop, Checkout, iOS app.`,required:!0,autofocus:!0,maxLength:100}),i(m,{form:r}),i(`div`,{class:`row`,children:i(s,{type:`submit`,kind:`primary`,isBusy:r.isBusy,children:`Make the service`})})]})}):i(u,{icon:`service`,title:`There is no service yet`,children:`Ask an owner, an administrator or somebody of devops to make one.`})}export{W as CreateServiceDocument,G as default};